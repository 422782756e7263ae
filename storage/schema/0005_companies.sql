-- Companies that messages name without a buyer's id: whom they were found to be about, and the reviews of what is in doubt.

CREATE TABLE IF NOT EXISTS matches (
    log_generation UInt32 COMMENT 'Generation of the log',
    log_partition UInt32 COMMENT 'Partition of the log',
    log_offset Int64 COMMENT 'Offset of the log record whose step this row comes from',
    seq UInt32 COMMENT 'Number of the decision within its step; 0 for an input',
    at DateTime64(3, 'UTC') COMMENT 'Log time',
    occurred_at DateTime64(3, 'UTC') COMMENT 'When the message says it happened or was published',
    event_id String COMMENT 'Id of the message',
    source String COMMENT 'Source record of the message, as in the table of its type; the key of its words in texts',
    history Bool COMMENT 'Evidence only, until history.closed',
    buyer_id String COMMENT 'Buyer that the message was found to be about',
    type LowCardinality(String) COMMENT 'Type of the message',
    matched LowCardinality(String) COMMENT 'What the buyer was found by: registration or name',
    others Array(String) COMMENT 'Further buyers that have the same; empty: it is the only one'
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (buyer_id, log_generation, log_partition, log_offset, seq)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Messages about a company without an id, and the buyers that they were found to be about';

ALTER TABLE reviews ADD COLUMN IF NOT EXISTS items Array(String) COMMENT 'Ids of the messages that wait for the verdict' AFTER proposal_policies;

ALTER TABLE reviews ADD COLUMN IF NOT EXISTS item_sources Array(String) COMMENT 'Their source records; the keys of their words in texts' AFTER items;

ALTER TABLE reviews ADD COLUMN IF NOT EXISTS texts_source String COMMENT 'Source record whose words name the buyer; key of texts' AFTER item_sources;

ALTER TABLE reviews ADD COLUMN IF NOT EXISTS proposal_from Array(Decimal(38, 4)) COMMENT 'Their limits, in proposal_currencies' AFTER proposal_policies;

ALTER TABLE reviews ADD COLUMN IF NOT EXISTS proposal_to Array(Decimal(38, 4)) COMMENT 'What they are to be cut to' AFTER proposal_from;

ALTER TABLE reviews ADD COLUMN IF NOT EXISTS proposal_currencies Array(String) COMMENT 'ISO 4217' AFTER proposal_to;

ALTER TABLE reviews COMMENT COLUMN state 'requested, joined, reopened, approved, rejected, lapsed, effective or withdrawn';

ALTER TABLE reviews COMMENT COLUMN kind 'match: is it true, and about this buyer; cut: are these limits to be cut';

CREATE OR REPLACE VIEW limits_now AS
SELECT policy_id, buyer_id, newest.1 AS holder_id, newest.2 AS code, newest.3 AS requested, newest.4 AS granted, newest.5 AS previous,
    newest.6 AS currency, newest.7 AS reason, newest.8 AS reason_text, newest.9 AS effective_on, newest.10 AS valid_until,
    newest.11 AS buyer_grade, newest.12 AS overhang, newest.13 AS decided_at, newest.14 AS record,
    concat(toString(place.1), '-', toString(newest.15), '-', toString(place.2), '-', toString(place.3)) AS position
FROM
(
    SELECT l.policy_id AS policy_id, l.buyer_id AS buyer_id,
        argMax(tuple(l.holder_id, l.code, l.requested, l.granted, l.previous, l.currency, l.reason, l.reason_text, l.effective_on,
            l.valid_until, l.buyer_grade, l.overhang, l.at, l.record, l.log_partition), tuple(l.log_generation, l.log_offset, l.seq)) AS newest,
        max(tuple(l.log_generation, l.log_offset, l.seq)) AS place
    FROM limits AS l
    WHERE l.buyer_id != ''
    GROUP BY policy_id, buyer_id
)
COMMENT 'The newest limit decision of each policy and buyer';

CREATE VIEW IF NOT EXISTS buyer_news AS
SELECT a.buyer_id AS buyer_id, n.at AS at, n.occurred_at AS occurred_at, n.event_id AS event_id, n.type AS type, n.category AS category,
    n.outlet AS outlet, a.matched AS matched, a.others AS others, n.source AS source, t.headline AS headline, t.outlet_name AS outlet_name
FROM
(
    SELECT buyer_id, source, '' AS matched, emptyArrayString() AS others FROM news WHERE buyer_id != ''
    UNION ALL
    SELECT buyer_id, source, toString(matched), others FROM matches WHERE type IN ('news', 'news.withdrawn')
) AS a
INNER JOIN news AS n ON n.source = a.source
LEFT JOIN
(
    SELECT source, argMax(JSONExtractString(words, 'headline'), version) AS headline, argMax(JSONExtractString(words, 'source_name'), version) AS outlet_name
    FROM texts GROUP BY source
) AS t ON t.source = a.source
COMMENT 'News about buyers, whether it named them by id or they were found, with its headline';

CREATE VIEW IF NOT EXISTS reviews_now AS
SELECT review_id, newest.1 AS kind, newest.2 AS buyer_id, newest.3 AS state, newest.4 AS analyst, newest.5 AS deadline, opened_at, newest.6 AS changed_at,
    newest.7 AS record, newest.8 AS item_sources, newest.9 AS texts_source,
    concat(toString(place.1), '-', toString(newest.10), '-', toString(place.2), '-', toString(place.3)) AS position
FROM
(
    SELECT r.review_id AS review_id, min(r.at) AS opened_at,
        argMax(tuple(r.kind, r.buyer_id, r.state, r.analyst, r.deadline, r.at, r.record, r.item_sources, r.texts_source, r.log_partition),
            tuple(r.log_generation, r.log_offset, r.seq)) AS newest,
        max(tuple(r.log_generation, r.log_offset, r.seq)) AS place
    FROM reviews AS r
    GROUP BY review_id
)
COMMENT 'Reviews as they are now';
