-- What the insurer's people decided, and what limits are in force now.

CREATE TABLE IF NOT EXISTS order_messages (
    log_generation UInt32 COMMENT 'Generation of the log',
    log_partition UInt32 COMMENT 'Partition of the log',
    log_offset Int64 COMMENT 'Offset of the log record whose step this row comes from',
    seq UInt32 COMMENT 'Number of the decision within its step; 0 for an input',
    at DateTime64(3, 'UTC') COMMENT 'Log time',
    occurred_at DateTime64(3, 'UTC') COMMENT 'When the message says it happened or was published',
    event_id String COMMENT 'Id of the message',
    source String COMMENT 'Source record: topic/incarnation/partition/offset; the key of its words in texts',
    history Bool COMMENT 'Evidence only, until history.closed',
    type LowCardinality(String) COMMENT 'Type of the message, such as review.decided or underwriter.decided',
    policy_id String COMMENT 'Policy, empty: none is named',
    buyer_id String COMMENT 'Buyer; empty: none is named, or a company without an id',
    company_country LowCardinality(String) COMMENT 'Country of a company without an id',
    country LowCardinality(String) COMMENT 'country_cap.set: the country',
    review_id String COMMENT 'review.decided: the review',
    order_id String COMMENT 'binding_order.accepted: the order',
    claim_id String COMMENT 'claim.examined: the claim',
    case_id String COMMENT 'collection.moved: the case',
    verdict LowCardinality(String) COMMENT 'approve or reject; of a claim accept, partly or refuse',
    stage LowCardinality(String) COMMENT 'collection.moved: the stage that the case comes to',
    analyst String COMMENT 'Who decided, empty: nobody is named',
    second_analyst String COMMENT 'Who decided with the first, where the message names both',
    amount Nullable(Decimal(38, 4)) COMMENT 'Limit, cap, order or accepted loss; null where none is given',
    currency LowCardinality(String) COMMENT 'ISO 4217 currency of the amount',
    grade_floor UInt8 COMMENT 'The grade is no better than this, 0: no bound',
    grade_ceiling UInt8 COMMENT 'The grade is no worse than this, 0: no bound',
    block Bool COMMENT 'No limit is granted',
    max_terms_days Int32 COMMENT 'A condition: the longest terms of payment, 0: none',
    security LowCardinality(String) COMMENT 'A condition: a security',
    insolvency_only Bool COMMENT 'A condition: only insolvency is covered',
    until Nullable(Date32) COMMENT 'Last day that it holds, or that a binding order may be delivered; null: no end',
    served_on Nullable(Date32) COMMENT 'notice.served: when the policyholder had notice',
    documents Array(String) COMMENT 'claim.examined: what was examined',
    version String COMMENT 'Version of the model or of the fold that is activated',
    sha256 String COMMENT 'model.activated: SHA-256 of the model file, hexadecimal'
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (buyer_id, log_generation, log_partition, log_offset, seq)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Messages of risk.orders, one row per log record; view orders adds their reasons';

CREATE OR REPLACE VIEW orders AS
SELECT o.log_generation AS log_generation, o.log_partition AS log_partition, o.log_offset AS log_offset, o.seq AS seq, o.at AS at,
    o.occurred_at AS occurred_at, o.event_id AS event_id, o.source AS source, o.type AS type, o.policy_id AS policy_id, o.buyer_id AS buyer_id,
    o.company_country AS company_country, o.country AS country, o.review_id AS review_id, o.order_id AS order_id, o.claim_id AS claim_id,
    o.case_id AS case_id, o.verdict AS verdict, o.stage AS stage, o.analyst AS analyst, o.second_analyst AS second_analyst,
    t.reason AS reason, o.amount AS amount, o.currency AS currency, o.grade_floor AS grade_floor, o.grade_ceiling AS grade_ceiling,
    o.block AS block, o.max_terms_days AS max_terms_days, o.security AS security, o.insolvency_only AS insolvency_only, o.until AS until,
    o.served_on AS served_on, o.documents AS documents, o.version AS version, o.sha256 AS sha256, r.refused AS refused
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
    COMMENT COLUMN claim_id 'claim.examined: the claim', COMMENT COLUMN case_id 'collection.moved: the case',
    COMMENT COLUMN verdict 'approve or reject; of a claim accept, partly or refuse',
    COMMENT COLUMN stage 'collection.moved: the stage that the case comes to', COMMENT COLUMN analyst 'Who decided, empty: nobody is named',
    COMMENT COLUMN second_analyst 'Who decided with the first, where the message names both',
    COMMENT COLUMN reason 'Why, in the words of the message; empty: not said, or erased',
    COMMENT COLUMN amount 'Limit, cap, order or accepted loss; null where none is given', COMMENT COLUMN currency 'ISO 4217 currency of the amount',
    COMMENT COLUMN grade_floor 'The grade is no better than this, 0: no bound', COMMENT COLUMN grade_ceiling 'The grade is no worse than this, 0: no bound',
    COMMENT COLUMN block 'No limit is granted', COMMENT COLUMN max_terms_days 'A condition: the longest terms of payment, 0: none',
    COMMENT COLUMN security 'A condition: a security', COMMENT COLUMN insolvency_only 'A condition: only insolvency is covered',
    COMMENT COLUMN until 'Last day that it holds, or that a binding order may be delivered; null: no end',
    COMMENT COLUMN served_on 'notice.served: when the policyholder had notice', COMMENT COLUMN documents 'claim.examined: what was examined',
    COMMENT COLUMN version 'Version of the model or of the fold that is activated',
    COMMENT COLUMN sha256 'model.activated: SHA-256 of the model file, hexadecimal',
    COMMENT COLUMN refused 'Why the fold refused it, empty: it did not';

CREATE OR REPLACE VIEW limits_now AS
SELECT policy_id, buyer_id, base.1 AS holder_id, base.2 AS code, base.3 AS requested,
    if(settled > 0 AND NOT ifNull(base.10 < today, false), base.4, toDecimal128(0, 4)) AS granted, base.5 AS previous, base.6 AS currency,
    base.7 AS reason, base.8 AS reason_text, base.9 AS effective_on, base.10 AS valid_until, base.11 AS buyer_grade, base.12 AS overhang,
    base.13 AS decided_at, base.14 AS record, base.15 AS position,
    if(is_planned, toNullable(next.4), NULL) AS planned, if(empty(dated), NULL, next.9) AS planned_from, if(is_planned, next.2, '') AS planned_code,
    if(is_planned, next.7, toUInt32(0)) AS planned_reason, if(is_planned, next.8, '') AS planned_reason_text, if(is_planned, next.15, '') AS planned_position,
    if(is_planned, next.14, '') AS planned_record,
    answer.16 AS last_request, answer.17 AS last_kind, answer.3 AS last_requested, answer.4 AS last_granted, answer.2 AS last_code,
    answer.7 AS last_reason, answer.8 AS last_reason_text, answer.13 AS last_decided_at, answer.15 AS last_position, answer.14 AS last_record,
    settled > 0 AS decided
FROM
(
    SELECT policy_id, buyer_id, today, settled, answer, if(settled > 0, made, newest) AS base,
        arraySort(x -> tuple(x.2, -toInt64(x.1.1), -x.1.2, -toInt64(x.1.3)), arrayFilter(x -> x.1 > made_at, later)) AS dated,
        arrayReverseSort(x -> x.1, arrayFilter(x -> NOT arrayExists(s -> s.1 > x.1 AND NOT (s.2 AND s.3 > x.2), settling), served)) AS undated,
        notEmpty(dated) OR notEmpty(undated) AS is_planned, if(notEmpty(dated), dated[1].3, undated[1].3) AS next
    FROM
    (
        SELECT policy_id, buyer_id, any(day) AS today, countIf(settles AND effective_on <= day) AS settled,
            argMax(d, place) AS newest, argMaxIf(d, place, settles AND effective_on <= day) AS made, maxIf(place, settles AND effective_on <= day) AS made_at,
            argMaxIf(d, place, d.16 != '') AS answer,
            groupArrayIf(tuple(place, assumeNotNull(effective_on), d), settles AND effective_on > day) AS later,
            groupArrayIf(tuple(place, granted, d), on_delivery) AS served,
            groupArrayIf(tuple(place, trigger_kind IN ('notice.delivered', 'notice.served'), granted), settles) AS settling
        FROM
        (
            SELECT policy_id, buyer_id, effective_on, granted, on_delivery, settles, trigger_kind, (SELECT toDate32(max(at)) FROM progress) AS day,
                tuple(log_generation, log_offset, seq) AS place,
                tuple(holder_id, toString(code), requested, granted, previous, toString(currency), reason, toString(reason_text), effective_on,
                    valid_until, buyer_grade, overhang, at, record, concat(toString(log_generation), '-', toString(log_partition), '-', toString(log_offset),
                    '-', toString(seq)), request_id, toString(request_kind)) AS d
            FROM limits
            WHERE buyer_id != '' AND NOT beside AND code != 'preliminary' AND request_kind != 'preliminary'
        )
        GROUP BY policy_id, buyer_id
    )
)
COMMENT 'The limit of each policy and buyer now, by log time: what is in force and the decision that made it, what is planned, and apart from both the last request''s answer';

ALTER TABLE limits_now COMMENT COLUMN policy_id 'Policy', COMMENT COLUMN buyer_id 'Buyer', COMMENT COLUMN holder_id 'Policyholder',
    COMMENT COLUMN code 'Of the decision that made what is in force; where none ever was, of the newest decision',
    COMMENT COLUMN requested 'Amount that was requested then', COMMENT COLUMN granted 'In force now; 0: nothing, or no longer',
    COMMENT COLUMN previous 'Amount granted before that decision', COMMENT COLUMN currency 'ISO 4217 currency of the amounts',
    COMMENT COLUMN reason 'Reason code of that decision (RECECO 4509), 0: none', COMMENT COLUMN reason_text 'Its reason in the public vocabulary',
    COMMENT COLUMN effective_on 'In force from', COMMENT COLUMN valid_until 'In force until, null: no end',
    COMMENT COLUMN buyer_grade 'Grade of the buyer at that decision', COMMENT COLUMN overhang 'Euros by which the limits in use exceeded the capacity at that decision',
    COMMENT COLUMN decided_at 'Log time of that decision', COMMENT COLUMN record 'That decision as published on risk.decisions (Protobuf, decision.proto)',
    COMMENT COLUMN position 'Position of that decision',
    COMMENT COLUMN planned 'What the limit becomes next; null: nothing is planned',
    COMMENT COLUMN planned_from 'From this day on; null where planned is not: when its policyholder has had notice, and the days of notice are over',
    COMMENT COLUMN planned_code 'Code of the decision that planned it', COMMENT COLUMN planned_reason 'Its reason code (RECECO 4509), 0: none',
    COMMENT COLUMN planned_reason_text 'Its reason in the public vocabulary', COMMENT COLUMN planned_position 'Its position',
    COMMENT COLUMN planned_record 'It as published on risk.decisions (Protobuf, decision.proto)',
    COMMENT COLUMN last_request 'The request that was answered last, preliminary ones apart; empty: none', COMMENT COLUMN last_kind 'Its kind',
    COMMENT COLUMN last_requested 'Amount that it wanted', COMMENT COLUMN last_granted 'Amount that its answer granted', COMMENT COLUMN last_code 'Its answer (RECECO 4507)',
    COMMENT COLUMN last_reason 'Reason code of the answer (RECECO 4509), 0: none', COMMENT COLUMN last_reason_text 'Its reason in the public vocabulary',
    COMMENT COLUMN last_decided_at 'Log time of the answer', COMMENT COLUMN last_position 'Position of the answer',
    COMMENT COLUMN last_record 'The answer as published on risk.decisions (Protobuf, decision.proto)',
    COMMENT COLUMN decided 'There is, or was, a limit; false: requests were not granted yet';

ALTER TABLE requests ADD COLUMN IF NOT EXISTS analyst String COMMENT 'The analyst who entered it; empty: the policyholder itself' AFTER valid_until;
