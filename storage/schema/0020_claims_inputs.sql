-- What cases and claims need of messages: amounts without VAT, the terms of a policy's clock and indemnity, orders about plans and payments.

ALTER TABLE payments ADD COLUMN IF NOT EXISTS net_amount Nullable(Decimal(38, 4)) COMMENT 'invoice.issued: the amount without VAT; null where it is not said' AFTER amount;

ALTER TABLE policies ADD COLUMN IF NOT EXISTS collection_deadline_days Int32 COMMENT 'Deadline to hand the buyer''s balance over to collection, from the original due date' AFTER period_to;
ALTER TABLE policies ADD COLUMN IF NOT EXISTS waiting_period_from_report Bool COMMENT 'The waiting period counts from the report of the overdue, else from the original due date' AFTER collection_deadline_days;
ALTER TABLE policies ADD COLUMN IF NOT EXISTS late_report_percentage Decimal(9, 4) COMMENT 'Insured percentage where the overdue was reported late, 0: cover is forfeited' AFTER waiting_period_from_report;
ALTER TABLE policies ADD COLUMN IF NOT EXISTS insolvency_claim_days Int32 COMMENT 'Deadline to file a claim for insolvency, from the day that the log heard of it, 0: claim_deadline_days alone' AFTER late_report_percentage;
ALTER TABLE policies ADD COLUMN IF NOT EXISTS insured_percentage_discretionary Decimal(9, 4) COMMENT 'Insured percentage of discretionary cover' AFTER insolvency_claim_days;
ALTER TABLE policies ADD COLUMN IF NOT EXISTS vat_insured Bool COMMENT 'VAT is part of what is insured' AFTER insured_percentage_discretionary;
ALTER TABLE policies ADD COLUMN IF NOT EXISTS equal_qualifies Bool COMMENT 'A loss equal to the non-qualifying one is insured' AFTER vat_insured;
ALTER TABLE policies ADD COLUMN IF NOT EXISTS indemnity_days Int32 COMMENT 'From the later of the date of loss and the accepting examination to the payment' AFTER equal_qualifies;
ALTER TABLE policies ADD COLUMN IF NOT EXISTS assignee_id String COMMENT 'Whom indemnities are paid to, empty: the policyholder; its name stands in texts' AFTER indemnity_days;
ALTER TABLE policies ADD COLUMN IF NOT EXISTS warn_days Array(Int32) COMMENT 'Days before a date of the policy''s clock on which its policyholder is warned, beside the day itself' AFTER assignee_id;

ALTER TABLE order_messages ADD COLUMN IF NOT EXISTS plan_id String COMMENT 'plan.decided: the payment plan' AFTER case_id;
ALTER TABLE order_messages ADD COLUMN IF NOT EXISTS outcome LowCardinality(String) COMMENT 'collection.moved to closed: how it ended' AFTER stage;
ALTER TABLE order_messages ADD COLUMN IF NOT EXISTS paid_on Nullable(Date32) COMMENT 'indemnity.paid: the day' AFTER served_on;
ALTER TABLE order_messages COMMENT COLUMN claim_id 'claim.examined, indemnity.paid: the claim',
    COMMENT COLUMN verdict 'approve or reject; of a claim accept, partly or refuse; of a payment plan consent or refuse',
    COMMENT COLUMN amount 'Limit, cap, order, accepted loss or payment; null where none is given',
    COMMENT COLUMN documents 'claim.examined: the kinds of documents that are missing';

CREATE OR REPLACE VIEW orders AS
SELECT o.log_generation AS log_generation, o.log_partition AS log_partition, o.log_offset AS log_offset, o.seq AS seq, o.at AS at,
    o.occurred_at AS occurred_at, o.event_id AS event_id, o.source AS source, o.type AS type, o.policy_id AS policy_id, o.buyer_id AS buyer_id,
    o.company_country AS company_country, o.country AS country, o.review_id AS review_id, o.order_id AS order_id, o.claim_id AS claim_id,
    o.case_id AS case_id, o.plan_id AS plan_id, o.verdict AS verdict, o.stage AS stage, o.outcome AS outcome, o.analyst AS analyst, o.second_analyst AS second_analyst,
    t.reason AS reason, o.amount AS amount, o.currency AS currency, o.grade_floor AS grade_floor, o.grade_ceiling AS grade_ceiling,
    o.block AS block, o.max_terms_days AS max_terms_days, o.security AS security, o.insolvency_only AS insolvency_only, o.until AS until,
    o.served_on AS served_on, o.paid_on AS paid_on, o.documents AS documents, o.version AS version, o.sha256 AS sha256, r.refused AS refused
FROM (SELECT * FROM order_messages FINAL) AS o
LEFT JOIN
(
    SELECT source, argMax(if(JSONHas(words, 'reason'), JSONExtractString(words, 'reason'), JSONExtractString(words, 'details')), version) AS reason
    FROM texts WHERE startsWith(source, 'risk.orders/') GROUP BY source
) AS t ON t.source = o.source
LEFT JOIN
(
    SELECT source, any(if(detail = '', toString(reason), concat(reason, ': ', detail))) AS refused
    FROM rejections WHERE startsWith(source, 'risk.orders/') GROUP BY source
) AS r ON r.source = o.source
COMMENT 'What the insurer''s people decided: who, with whom, what, why, until when; one row per message of risk.orders';

ALTER TABLE orders COMMENT COLUMN log_generation 'Generation of the log', COMMENT COLUMN log_partition 'Partition of the log',
    COMMENT COLUMN log_offset 'Offset of the log record', COMMENT COLUMN seq 'Always 0: the message itself', COMMENT COLUMN at 'Log time',
    COMMENT COLUMN occurred_at 'When the message says it happened', COMMENT COLUMN event_id 'Id of the message',
    COMMENT COLUMN source 'Source record: topic/incarnation/partition/offset; the key of its words in texts',
    COMMENT COLUMN type 'Type of the message, such as review.decided or underwriter.decided',
    COMMENT COLUMN policy_id 'Policy, empty: none is named', COMMENT COLUMN buyer_id 'Buyer; empty: none is named, or a company without an id',
    COMMENT COLUMN company_country 'Country of a company without an id', COMMENT COLUMN country 'country_cap.set: the country',
    COMMENT COLUMN review_id 'review.decided: the review', COMMENT COLUMN order_id 'binding_order.accepted: the order',
    COMMENT COLUMN claim_id 'claim.examined, indemnity.paid: the claim', COMMENT COLUMN case_id 'collection.moved: the case',
    COMMENT COLUMN plan_id 'plan.decided: the payment plan',
    COMMENT COLUMN verdict 'approve or reject; of a claim accept, partly or refuse; of a payment plan consent or refuse',
    COMMENT COLUMN stage 'collection.moved: the stage that the case comes to', COMMENT COLUMN outcome 'collection.moved to closed: how it ended', COMMENT COLUMN analyst 'Who decided, empty: nobody is named',
    COMMENT COLUMN second_analyst 'Who decided with the first, where the message names both',
    COMMENT COLUMN reason 'Why, in the words of the message; empty: not said, or erased',
    COMMENT COLUMN amount 'Limit, cap, order, accepted loss or payment; null where none is given', COMMENT COLUMN currency 'ISO 4217 currency of the amount',
    COMMENT COLUMN grade_floor 'The grade is no better than this, 0: no bound', COMMENT COLUMN grade_ceiling 'The grade is no worse than this, 0: no bound',
    COMMENT COLUMN block 'No limit is granted', COMMENT COLUMN max_terms_days 'A condition: the longest terms of payment, 0: none',
    COMMENT COLUMN security 'A condition: a security', COMMENT COLUMN insolvency_only 'A condition: only insolvency is covered',
    COMMENT COLUMN until 'Last day that it holds, or that a binding order may be delivered; null: no end',
    COMMENT COLUMN served_on 'notice.served: when the policyholder had notice', COMMENT COLUMN paid_on 'indemnity.paid: the day',
    COMMENT COLUMN documents 'claim.examined: the kinds of documents that are missing',
    COMMENT COLUMN version 'Version of the model or of the fold that is activated',
    COMMENT COLUMN sha256 'model.activated: SHA-256 of the model file, hexadecimal',
    COMMENT COLUMN refused 'Why the fold refused it, empty: it did not';
