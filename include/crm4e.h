/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_H
#define CRM4E_H

/**
 * @file
 * Everything a host needs, in one include. What a host may implement itself
 * (storage, clock, allocator ...) is in <crm4e/sys/...>.
 */

#include <crm4e/errors.h>
#include <crm4e/types.h>
#include <crm4e/version.h>

#endif
