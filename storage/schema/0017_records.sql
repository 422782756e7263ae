-- The published bytes of decisions stand in columns of their own, which SELECT * leaves out; record gives them in hexadecimal, so that no
-- format of text holds bytes that are none.

-- only where scores has no record_bytes
ALTER TABLE scores RENAME COLUMN record TO record_bytes;

ALTER TABLE scores MODIFY COLUMN record_bytes String MATERIALIZED '' COMMENT 'The decision as published on risk.decisions (Protobuf, decision.proto); SELECT * leaves it out' CODEC(ZSTD(1));

ALTER TABLE scores ADD COLUMN IF NOT EXISTS record String ALIAS hex(record_bytes) COMMENT 'The decision as published on risk.decisions (Protobuf, decision.proto), hexadecimal; SELECT * leaves it out';

-- only where macro has no record_bytes
ALTER TABLE macro RENAME COLUMN record TO record_bytes;

ALTER TABLE macro MODIFY COLUMN record_bytes String MATERIALIZED '' COMMENT 'The decision as published on risk.decisions (Protobuf, decision.proto); SELECT * leaves it out' CODEC(ZSTD(1));

ALTER TABLE macro ADD COLUMN IF NOT EXISTS record String ALIAS hex(record_bytes) COMMENT 'The decision as published on risk.decisions (Protobuf, decision.proto), hexadecimal; SELECT * leaves it out';

-- only where limits has no record_bytes
ALTER TABLE limits RENAME COLUMN record TO record_bytes;

ALTER TABLE limits MODIFY COLUMN record_bytes String MATERIALIZED '' COMMENT 'The decision as published on risk.decisions (Protobuf, decision.proto); SELECT * leaves it out' CODEC(ZSTD(1));

ALTER TABLE limits ADD COLUMN IF NOT EXISTS record String ALIAS hex(record_bytes) COMMENT 'The decision as published on risk.decisions (Protobuf, decision.proto), hexadecimal; SELECT * leaves it out';

-- only where exposures has no record_bytes
ALTER TABLE exposures RENAME COLUMN record TO record_bytes;

ALTER TABLE exposures MODIFY COLUMN record_bytes String MATERIALIZED '' COMMENT 'The decision as published on risk.decisions (Protobuf, decision.proto); SELECT * leaves it out' CODEC(ZSTD(1));

ALTER TABLE exposures ADD COLUMN IF NOT EXISTS record String ALIAS hex(record_bytes) COMMENT 'The decision as published on risk.decisions (Protobuf, decision.proto), hexadecimal; SELECT * leaves it out';

-- only where review_steps has no record_bytes
ALTER TABLE review_steps RENAME COLUMN record TO record_bytes;

ALTER TABLE review_steps MODIFY COLUMN record_bytes String MATERIALIZED '' COMMENT 'The decision as published on risk.decisions (Protobuf, decision.proto); SELECT * leaves it out' CODEC(ZSTD(1));

ALTER TABLE review_steps ADD COLUMN IF NOT EXISTS record String ALIAS hex(record_bytes) COMMENT 'The decision as published on risk.decisions (Protobuf, decision.proto), hexadecimal; SELECT * leaves it out';

-- only where cases has no record_bytes
ALTER TABLE cases RENAME COLUMN record TO record_bytes;

ALTER TABLE cases MODIFY COLUMN record_bytes String MATERIALIZED '' COMMENT 'The decision as published on risk.decisions (Protobuf, decision.proto); SELECT * leaves it out' CODEC(ZSTD(1));

ALTER TABLE cases ADD COLUMN IF NOT EXISTS record String ALIAS hex(record_bytes) COMMENT 'The decision as published on risk.decisions (Protobuf, decision.proto), hexadecimal; SELECT * leaves it out';

-- only where claims has no record_bytes
ALTER TABLE claims RENAME COLUMN record TO record_bytes;

ALTER TABLE claims MODIFY COLUMN record_bytes String MATERIALIZED '' COMMENT 'The decision as published on risk.decisions (Protobuf, decision.proto); SELECT * leaves it out' CODEC(ZSTD(1));

ALTER TABLE claims ADD COLUMN IF NOT EXISTS record String ALIAS hex(record_bytes) COMMENT 'The decision as published on risk.decisions (Protobuf, decision.proto), hexadecimal; SELECT * leaves it out';

-- only where rejections has no record_bytes
ALTER TABLE rejections RENAME COLUMN record TO record_bytes;

ALTER TABLE rejections MODIFY COLUMN record_bytes String MATERIALIZED '' COMMENT 'The decision as published on risk.decisions (Protobuf, decision.proto); SELECT * leaves it out' CODEC(ZSTD(1));

ALTER TABLE rejections ADD COLUMN IF NOT EXISTS record String ALIAS hex(record_bytes) COMMENT 'The decision as published on risk.decisions (Protobuf, decision.proto), hexadecimal; SELECT * leaves it out';

-- only where dead_letters has no message_bytes
ALTER TABLE dead_letters RENAME COLUMN message TO message_bytes;

ALTER TABLE dead_letters MODIFY COLUMN message_bytes String MATERIALIZED '' COMMENT 'Original bytes; SELECT * leaves them out' CODEC(ZSTD(3));

ALTER TABLE dead_letters ADD COLUMN IF NOT EXISTS message String DEFAULT toValidUTF8(message_bytes) COMMENT 'The message; bytes that are no text are replaced' CODEC(ZSTD(3)) AFTER detail;

CREATE OR REPLACE VIEW buyers_now AS
SELECT buyer_id, country, sector, name, grade, pd, points, economic, political, commercial, financing, reasons, model, scored_at, position,
    hex(newest_bytes) AS score_record
FROM
(
    SELECT i.buyer_id AS buyer_id,
        argMaxIf(i.country, tuple(i.log_generation, i.log_offset, i.seq), i.country != '') AS country,
        argMaxIf(i.sector, tuple(i.log_generation, i.log_offset, i.seq), i.sector != '') AS sector,
        argMaxIf(i.source, tuple(i.log_generation, i.log_offset, i.seq), i.source != '') AS words_source,
        argMaxIf(i.grade, tuple(i.log_generation, i.log_offset, i.seq), i.grade > 0) AS grade,
        argMaxIf(i.pd, tuple(i.log_generation, i.log_offset, i.seq), i.grade > 0) AS pd,
        argMaxIf(i.points, tuple(i.log_generation, i.log_offset, i.seq), i.grade > 0) AS points,
        argMaxIf(i.economic, tuple(i.log_generation, i.log_offset, i.seq), i.grade > 0) AS economic,
        argMaxIf(i.political, tuple(i.log_generation, i.log_offset, i.seq), i.grade > 0) AS political,
        argMaxIf(i.commercial, tuple(i.log_generation, i.log_offset, i.seq), i.grade > 0) AS commercial,
        argMaxIf(i.financing, tuple(i.log_generation, i.log_offset, i.seq), i.grade > 0) AS financing,
        argMaxIf(i.reasons, tuple(i.log_generation, i.log_offset, i.seq), i.grade > 0) AS reasons,
        argMaxIf(i.model, tuple(i.log_generation, i.log_offset, i.seq), i.grade > 0) AS model,
        argMaxIf(i.at, tuple(i.log_generation, i.log_offset, i.seq), i.grade > 0) AS scored_at,
        argMaxIf(i.position_in, tuple(i.log_generation, i.log_offset, i.seq), i.grade > 0) AS position,
        argMaxIf(i.record_bytes, tuple(i.log_generation, i.log_offset, i.seq), i.grade > 0) AS newest_bytes
    FROM
    (
        SELECT buyer_id, toString(country) AS country, toString(sector) AS sector, source, log_generation, log_offset, seq, at,
            toUInt8(0) AS grade, toDecimal32(0, 6) AS pd, toDecimal64(0, 3) AS points, toUInt8(0) AS economic,
            toUInt8(0) AS political, toUInt8(0) AS commercial, toUInt8(0) AS financing, emptyArrayString() AS reasons, '' AS model,
            '' AS position_in, '' AS record_bytes
        FROM buyers
        UNION ALL
        SELECT buyer_id, toString(country), toString(sector), texts_source, log_generation, log_offset, seq, at,
            grade, pd, points, economic, political, commercial, financing, CAST(reasons, 'Array(String)'), toString(model),
            concat(toString(log_generation), '-', toString(log_partition), '-', toString(log_offset), '-', toString(seq)), record_bytes
        FROM scores
    ) AS i
    GROUP BY buyer_id
) AS b
LEFT JOIN (SELECT source, argMax(JSONExtractString(words, 'name'), version) AS name FROM texts GROUP BY source) AS t
    ON t.source = b.words_source
COMMENT 'Buyers as they are now, with their newest score';

ALTER TABLE buyers_now COMMENT COLUMN buyer_id 'Buyer', COMMENT COLUMN country 'ISO 3166-1 alpha-2', COMMENT COLUMN sector 'NACE section or division',
    COMMENT COLUMN name 'Name, empty: not known, or erased', COMMENT COLUMN grade '1 (best) to 10, 0: no score yet',
    COMMENT COLUMN pd 'Probability of default within a year', COMMENT COLUMN points 'Score in log-odds units; more is riskier',
    COMMENT COLUMN economic 'Economic dimension, 1 (best) to 10', COMMENT COLUMN political 'Political dimension',
    COMMENT COLUMN commercial 'Commercial dimension', COMMENT COLUMN financing 'Financing dimension',
    COMMENT COLUMN reasons 'Codes of the largest contributions above the median', COMMENT COLUMN model 'Version of the model',
    COMMENT COLUMN scored_at 'Log time of the newest score', COMMENT COLUMN position 'Position of the newest score',
    COMMENT COLUMN score_record 'The newest score as published on risk.decisions (Protobuf, decision.proto), hexadecimal';

CREATE OR REPLACE VIEW limits_on AS
SELECT policy_id, buyer_id, toDate32({day:Date32}) AS day, newest.1 AS holder_id, newest.2 AS code, newest.3 AS granted, newest.4 AS currency,
    newest.5 AS effective_on, newest.6 AS valid_until, newest.7 AS decided_at, hex(newest.8) AS record,
    concat(toString(place.1), '-', toString(newest.9), '-', toString(place.2), '-', toString(place.3)) AS position
FROM
(
    SELECT l.policy_id AS policy_id, l.buyer_id AS buyer_id,
        argMax(tuple(l.holder_id, l.code, l.granted, l.currency, l.effective_on, l.valid_until, l.at, l.record_bytes, l.log_partition),
            tuple(l.log_generation, l.log_offset, l.seq)) AS newest,
        max(tuple(l.log_generation, l.log_offset, l.seq)) AS place
    FROM limits AS l
    WHERE l.settles AND l.effective_on <= toDate32({day:Date32})
    GROUP BY policy_id, buyer_id
)
WHERE granted > 0 AND (isNull(valid_until) OR valid_until >= day)
COMMENT 'The limits in force on a day, as known now, whether or not cover is stopped: limits_on(day = …)';

CREATE OR REPLACE VIEW limits_now AS
SELECT policy_id, buyer_id, base.1 AS holder_id, base.2 AS code, base.3 AS requested,
    if(settled > 0 AND NOT ifNull(base.10 < today, false), base.4, toDecimal128(0, 4)) AS granted, base.5 AS previous, base.6 AS currency,
    base.7 AS reason, base.8 AS reason_text, base.9 AS effective_on, base.10 AS valid_until, base.11 AS buyer_grade, base.12 AS overhang,
    base.13 AS decided_at, hex(base.14) AS record, base.15 AS position,
    if(is_planned, toNullable(next.4), NULL) AS planned, if(empty(dated), NULL, next.9) AS planned_from, if(is_planned, next.2, '') AS planned_code,
    if(is_planned, next.7, toUInt32(0)) AS planned_reason, if(is_planned, next.8, '') AS planned_reason_text, if(is_planned, next.15, '') AS planned_position,
    if(is_planned, hex(next.14), '') AS planned_record,
    answer.16 AS last_request, answer.17 AS last_kind, answer.3 AS last_requested, answer.4 AS last_granted, answer.2 AS last_code,
    answer.7 AS last_reason, answer.8 AS last_reason_text, answer.13 AS last_decided_at, answer.15 AS last_position, hex(answer.14) AS last_record,
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
                    valid_until, buyer_grade, overhang, at, record_bytes, concat(toString(log_generation), '-', toString(log_partition), '-', toString(log_offset),
                    '-', toString(seq)), request_id, toString(request_kind)) AS d
            FROM limits
            WHERE buyer_id != '' AND NOT beside AND code != 'preliminary'
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
    COMMENT COLUMN decided_at 'Log time of that decision', COMMENT COLUMN record 'That decision as published on risk.decisions (Protobuf, decision.proto), hexadecimal',
    COMMENT COLUMN position 'Position of that decision',
    COMMENT COLUMN planned 'What the limit becomes next; null: nothing is planned',
    COMMENT COLUMN planned_from 'From this day on; null where planned is not: when its policyholder has had notice, and the days of notice are over',
    COMMENT COLUMN planned_code 'Code of the decision that planned it', COMMENT COLUMN planned_reason 'Its reason code (RECECO 4509), 0: none',
    COMMENT COLUMN planned_reason_text 'Its reason in the public vocabulary', COMMENT COLUMN planned_position 'Its position',
    COMMENT COLUMN planned_record 'It as published on risk.decisions (Protobuf, decision.proto), hexadecimal',
    COMMENT COLUMN last_request 'The request that was answered last, preliminary ones apart; empty: none', COMMENT COLUMN last_kind 'Its kind',
    COMMENT COLUMN last_requested 'Amount that it wanted', COMMENT COLUMN last_granted 'Amount that its answer granted', COMMENT COLUMN last_code 'Its answer (RECECO 4507)',
    COMMENT COLUMN last_reason 'Reason code of the answer (RECECO 4509), 0: none', COMMENT COLUMN last_reason_text 'Its reason in the public vocabulary',
    COMMENT COLUMN last_decided_at 'Log time of the answer', COMMENT COLUMN last_position 'Position of the answer',
    COMMENT COLUMN last_record 'The answer as published on risk.decisions (Protobuf, decision.proto), hexadecimal',
    COMMENT COLUMN decided 'There is, or was, a limit; false: requests were not granted yet';

CREATE OR REPLACE VIEW reviews_now AS
SELECT n.review_id AS review_id, n.newest.1 AS kind, n.newest.2 AS buyer_id, n.newest.3 AS state, n.newest.4 AS analyst, n.newest.11 AS asked_by,
    n.newest.12 AS approved_first, if(t.reason = '', n.newest.14, t.reason) AS reason, n.newest.5 AS deadline, n.opened_at AS opened_at,
    n.newest.6 AS changed_at, hex(n.newest.7) AS record, n.newest.8 AS item_sources, n.newest.9 AS texts_source,
    concat(toString(n.place.1), '-', toString(n.newest.10), '-', toString(n.place.2), '-', toString(n.place.3)) AS position
FROM
(
    SELECT r.review_id AS review_id, min(r.at) AS opened_at,
        argMax(tuple(r.kind, r.buyer_id, r.state, r.analyst, r.deadline, r.at, r.record_bytes, r.item_sources, r.texts_source, r.log_partition, r.asked_by,
            r.approved_first, r.verdict_source, toString(r.reason)), tuple(r.log_generation, r.log_offset, r.seq)) AS newest,
        max(tuple(r.log_generation, r.log_offset, r.seq)) AS place, newest.13 AS verdict
    FROM review_steps AS r
    GROUP BY review_id
) AS n
LEFT JOIN
(
    SELECT source, argMax(JSONExtractString(words, 'reason'), version) AS reason FROM texts WHERE startsWith(source, 'risk.orders/') GROUP BY source
) AS t ON t.source = n.verdict
COMMENT 'Reviews as they are now, with who asked, who approved, and why';

ALTER TABLE reviews_now COMMENT COLUMN review_id 'Review', COMMENT COLUMN kind 'match, cut, increase, country, payments, override, cap or activation',
    COMMENT COLUMN buyer_id 'Buyer', COMMENT COLUMN state 'requested, joined, reopened, approved, rejected, lapsed, effective or withdrawn',
    COMMENT COLUMN analyst 'Whose verdict it is', COMMENT COLUMN asked_by 'The analyst who asked for it, and may not approve it; empty: none',
    COMMENT COLUMN approved_first 'Who approved first, where two are needed; empty: nobody yet, or one is enough',
    COMMENT COLUMN reason 'Why: the words of the verdict, or a reason code; empty: not said, or erased', COMMENT COLUMN deadline 'When it lapses',
    COMMENT COLUMN opened_at 'Log time of its first step', COMMENT COLUMN changed_at 'Log time of its newest step',
    COMMENT COLUMN record 'The newest decision as published on risk.decisions (Protobuf, decision.proto), hexadecimal',
    COMMENT COLUMN item_sources 'Source records of the messages that wait; keys of their words in texts',
    COMMENT COLUMN texts_source 'Source record whose words name the buyer; key of texts', COMMENT COLUMN position 'Position of the newest decision';

ALTER TABLE buyers MODIFY COLUMN founded_on Nullable(String) COMMENT 'Foundation, YYYY-MM-DD: a text, as ClickHouse''s dates begin in 1900';
