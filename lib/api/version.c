/* SPDX-License-Identifier: MIT */
#include <crm4e/version.h>

#define TEXT(number)                 #number
#define RELEASE(major, minor, patch) TEXT(major) "." TEXT(minor) "." TEXT(patch)

const char *crm4e_version_text(void)
{
    return RELEASE(CRM4E_VERSION_MAJOR, CRM4E_VERSION_MINOR, CRM4E_VERSION_PATCH);
}

int crm4e_abi_version(void)
{
    return CRM4E_ABI_VERSION;
}
