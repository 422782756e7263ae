-- answers to preliminary requests, refusals too, are no decisions on a limit
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

CREATE OR REPLACE VIEW group_members AS
SELECT b.group_id AS group_id, b.buyer_id AS buyer_id, b.parent_id AS parent_id, b.country AS country, s.grade AS grade, l.in_use AS in_use, l.capacity AS capacity,
    l.policies AS policies, l.decided_at AS decided_at
FROM
(
    SELECT buyer_id, newest.1 AS group_id, newest.2 AS parent_id, newest.3 AS country
    FROM (SELECT buyer_id, argMax(tuple(group_id, parent_id, toString(country)), tuple(log_generation, log_offset)) AS newest FROM buyers WHERE buyer_id != '' GROUP BY buyer_id)
    WHERE group_id != ''
) AS b
LEFT JOIN
(
    SELECT buyer_id, newest.1 AS in_use, newest.2 AS capacity, newest.3 AS decided_at, policies
    FROM
    (
        SELECT buyer_id, argMax(tuple(in_use, capacity, at), tuple(log_generation, log_offset, seq)) AS newest, uniqExact(policy_id) AS policies
        FROM limits
        WHERE buyer_id != '' AND code NOT IN ('still_investigating', 'preliminary') AND request_kind != 'preliminary'
        GROUP BY buyer_id
    )
) AS l ON l.buyer_id = b.buyer_id
LEFT JOIN
(
    SELECT buyer_id, argMax(grade, tuple(log_generation, log_offset, seq)) AS grade FROM scores GROUP BY buyer_id
) AS s ON s.buyer_id = b.buyer_id
COMMENT 'Companies of groups (group_id of buyer.upserted): what all policies use of each, in euros, and its capacity, as of the newest limit decision on it; grade 0: none yet';

ALTER TABLE group_members COMMENT COLUMN group_id 'Group', COMMENT COLUMN buyer_id 'Company of the group', COMMENT COLUMN parent_id 'Its parent company',
    COMMENT COLUMN country 'ISO 3166-1 alpha-2', COMMENT COLUMN grade '1 (best) to 10, 0: none yet',
    COMMENT COLUMN in_use 'Euros that limits of all policies use on it, as of the newest limit decision', COMMENT COLUMN capacity 'Its capacity in euros',
    COMMENT COLUMN policies 'Policies that have had limit decisions on it', COMMENT COLUMN decided_at 'Log time of the newest limit decision on it';
