/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_SYS_DELIVERY_H
#define CRM4E_SYS_DELIVERY_H

#include <crm4e/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A message of the outbox. Borrowed, valid during the callback. */
typedef struct crm4e_message {
    size_t struct_size;
    crm4e_id id;        /**< of the outbox entry */
    const char *kind;   /**< "notify", "webhook", "function", "feedback" */
    const char *key;    /**< stable over retries: deliver once per key */
    const char *module; /**< API name of the record's module */
    crm4e_id record;    /**< what it is about */
    crm4e_id recipient; /**< user, 0 when there is none */
    crm4e_time created; /**< when the change was made */
    int32_t attempt;    /**< 1 at the first try */
    int32_t reserved;
    const char *payload;   /**< JSON object */
    size_t payload_length; /**< bytes */
} crm4e_message;

/** A host's delivery of messages, called by crm4e_run_due(). */
typedef struct crm4e_delivery {
    size_t struct_size; /**< sizeof(crm4e_delivery) */
    void *user;         /**< handed to every call; may be NULL */
    /**
     * May provide; without it pull with crm4e_outbox_next(). Called outside of
     * any transaction. #CRM4E_CONTINUE: delivered. #CRM4E_DENY: give up, keep it
     * as a dead letter. 0 or #CRM4E_E_BUSY: try again later.
     */
    int32_t (*deliver)(void *user, const crm4e_message *message);
} crm4e_delivery;

#ifdef __cplusplus
}
#endif

#endif
