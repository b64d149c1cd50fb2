/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_CONVERT_H
#define CRM4E_CONVERT_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Lead conversion: out of a lead come an account, a contact and, if wanted, a
 * deal. It is not reversible. The lead stays, with what it became, but leaves
 * lists, counts, charts and exports unless their criteria name Converted__s or
 * another Converted_ field, and searches in any case.
 */

/** How to convert; what is 0 or NULL has its default. */
typedef struct crm4e_convert_options {
    size_t struct_size; /**< sizeof(crm4e_convert_options) */
    crm4e_id account;   /**< an account there is; 0: a new one, if the lead has a Company */
    crm4e_id contact;   /**< a contact there is; 0: a new one */
    crm4e_id owner;     /**< of all that is new; 0: the lead's owner */
    /** A new deal as a JSON object of its fields, at least {"Stage": ..}; without
     *  Deal_Name it is called like the company or else the lead. NULL: no deal. */
    const char *deal;
    int64_t expected_version; /**< convert only this version of the lead; 0: any */
    /** 1: values of the lead replace those of the account and the contact there
     *  are; 0: they fill what is empty there. */
    int32_t overwrite;
    uint32_t reserved; /**< 0 */
} crm4e_convert_options;

/** Initialiser of #crm4e_convert_options. */
#define CRM4E_CONVERT_OPTIONS_INIT                                                                 \
    {                                                                                              \
        sizeof(crm4e_convert_options), 0, 0, 0, NULL, 0, 0, 0                                      \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_convert_options_init(crm4e_convert_options *options);

/**
 * Converts a lead, all of it or nothing. It takes the right to convert the lead
 * and to create what is new; every field of the lead that goes anywhere
 * must be open to the user, and writable for him where a value goes to
 * (docs/guide.md has the table). An account or contact that he sees but may not
 * edit stays as it is. Notes, attachments and activities of the lead, whosever
 * they are, go to the contact.
 *
 * @param account receives the account, 0: there is none; may be NULL
 * @param contact receives the contact; may be NULL
 * @param deal    receives the deal, 0: there is none; may be NULL
 * @param session who converts
 * @param lead    the lead
 * @param options how; may be NULL
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND for the lead, account or contact; #CRM4E_E_DENIED;
 *         #CRM4E_E_LOCKED; #CRM4E_E_CONFLICT for a lead that is converted or was changed, and for a
 *         unique value that is taken; #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_convert_lead(crm4e_id *account, crm4e_id *contact, crm4e_id *deal,
                                 crm4e_session *session, crm4e_id lead,
                                 const crm4e_convert_options *options);

/**
 * Sends values of a field of leads that stay with the lead otherwise to a field of accounts,
 * contacts or deals, whenever a lead is converted, by call or by a rule. Both hold values of
 * one kind: docs/guide.md says which go together. Takes the permission to customise, and to
 * read the field of leads. A field that is removed later is mapped no more.
 *
 * @param session    who says so
 * @param lead_field API name of the field of leads
 * @param module     "Accounts", "Contacts" or "Deals"
 * @param field      API name of the field there; NULL or "": values go nowhere in this module
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND for a field that is not there;
 *         #CRM4E_E_INVALID for another module, for a field that the library writes and for one that
 *         does not take the values; #CRM4E_E_CONFLICT for a field that gets values of another, or
 *         whose values go where the standard says; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_convert_mapping_put(crm4e_session *session, const char *lead_field,
                                        const char *module, const char *field);

/**
 * What crm4e_convert_mapping_put() says, as a JSON array of objects as in documents
 * (docs/apply.md): [{"lead":"Budget","Accounts":"Budget","Deals":"Planned"}]. What the
 * standard maps is not in it. Takes the permission to customise.
 *
 * @param mapping receives the text, to free with crm4e_text_free()
 * @param session who asks
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_convert_mapping_json(crm4e_text **mapping, crm4e_session *session);

#ifdef __cplusplus
}
#endif

#endif
