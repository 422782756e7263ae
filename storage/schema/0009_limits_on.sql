-- The limits in force on a day, of all policies and buyers: what is planned counts from its day on, a limit ends after its last one.

CREATE VIEW IF NOT EXISTS limits_on AS
SELECT policy_id, buyer_id, toDate32({day:Date32}) AS day, newest.1 AS holder_id, newest.2 AS code, newest.3 AS granted, newest.4 AS currency,
    newest.5 AS effective_on, newest.6 AS valid_until, newest.7 AS decided_at, newest.8 AS record,
    concat(toString(place.1), '-', toString(newest.9), '-', toString(place.2), '-', toString(place.3)) AS position
FROM
(
    SELECT l.policy_id AS policy_id, l.buyer_id AS buyer_id,
        argMax(tuple(l.holder_id, l.code, l.granted, l.currency, l.effective_on, l.valid_until, l.at, l.record, l.log_partition),
            tuple(l.log_generation, l.log_offset, l.seq)) AS newest,
        max(tuple(l.log_generation, l.log_offset, l.seq)) AS place
    FROM limits AS l
    WHERE l.code NOT IN ('still_investigating', 'preliminary', 'not_approved') AND l.effective_on <= toDate32({day:Date32})
    GROUP BY policy_id, buyer_id
)
WHERE granted > 0 AND (isNull(valid_until) OR valid_until >= day)
COMMENT 'The limits in force on a day, as known now: limits_on(day = …)';
