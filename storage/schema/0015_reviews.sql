-- Who asked for a review, who approved it, and why: reviews and reviews_now are views that add the reasons of verdicts to their steps.

-- only where review_steps has no review_id
RENAME TABLE reviews TO review_steps;

ALTER TABLE review_steps ADD COLUMN IF NOT EXISTS asked_by String COMMENT 'The analyst who asked for it, and may not approve it; empty: none' AFTER texts_source,
    ADD COLUMN IF NOT EXISTS approved_first String COMMENT 'Who approved first, where two are needed; empty: nobody yet, or one is enough' AFTER asked_by,
    ADD COLUMN IF NOT EXISTS verdict_source String COMMENT 'Source record of the verdict; key of its reason in texts' AFTER approved_first,
    ADD COLUMN IF NOT EXISTS terms Array(String) COMMENT 'What is to be decided besides proposals, as name=value' AFTER verdict_source,
    COMMENT COLUMN kind 'match: is it true, and about this buyer; cut, increase, country, payments, override, cap, activation: is that to be done',
    MODIFY COMMENT 'Steps of the four-eyes queue; view reviews adds the reasons of verdicts';

CREATE OR REPLACE VIEW reviews AS
SELECT s.log_generation AS log_generation, s.log_partition AS log_partition, s.log_offset AS log_offset, s.seq AS seq, s.at AS at, s.as_of AS as_of,
    s.trigger AS trigger, s.trigger_kind AS trigger_kind, s.review_id AS review_id, s.kind AS kind, s.buyer_id AS buyer_id, s.country AS country,
    s.state AS state, s.analyst AS analyst, s.asked_by AS asked_by, s.approved_first AS approved_first, s.deadline AS deadline,
    if(t.reason = '', toString(s.reason), t.reason) AS reason, s.proposal_policies AS proposal_policies, s.proposal_from AS proposal_from,
    s.proposal_to AS proposal_to, s.proposal_currencies AS proposal_currencies, s.items AS items, s.item_sources AS item_sources,
    s.texts_source AS texts_source, s.verdict_source AS verdict_source, s.terms AS terms
FROM (SELECT * FROM review_steps FINAL) AS s
LEFT JOIN
(
    SELECT source, argMax(JSONExtractString(words, 'reason'), version) AS reason FROM texts WHERE startsWith(source, 'risk.orders/') GROUP BY source
) AS t ON t.source = s.verdict_source
COMMENT 'Steps of the four-eyes queue, with who asked, who approved, and why';

ALTER TABLE reviews COMMENT COLUMN log_generation 'Generation of the log', COMMENT COLUMN log_partition 'Partition of the log',
    COMMENT COLUMN log_offset 'Offset of the log record whose step this row comes from', COMMENT COLUMN seq 'Number of the decision within its step',
    COMMENT COLUMN at 'Log time', COMMENT COLUMN as_of 'Day that the decision is as of',
    COMMENT COLUMN trigger 'Id of the message that caused it, empty: a timer', COMMENT COLUMN trigger_kind 'Kind of that message, or name of the timer',
    COMMENT COLUMN review_id 'Review', COMMENT COLUMN kind 'match, cut, increase, country, payments, override, cap or activation',
    COMMENT COLUMN buyer_id 'Buyer', COMMENT COLUMN country 'Country',
    COMMENT COLUMN state 'requested, joined, reopened, approved, rejected, lapsed, effective or withdrawn',
    COMMENT COLUMN analyst 'Whose verdict it is', COMMENT COLUMN asked_by 'The analyst who asked for it, and may not approve it; empty: none',
    COMMENT COLUMN approved_first 'Who approved first, where two are needed; empty: nobody yet, or one is enough', COMMENT COLUMN deadline 'When it lapses',
    COMMENT COLUMN reason 'Why: the words of the verdict, or a reason code; empty: not said, or erased',
    COMMENT COLUMN proposal_policies 'Policies whose limits it proposes to change', COMMENT COLUMN proposal_from 'Their limits, in proposal_currencies',
    COMMENT COLUMN proposal_to 'What they are to be', COMMENT COLUMN proposal_currencies 'ISO 4217',
    COMMENT COLUMN items 'Ids of the messages that wait for the verdict', COMMENT COLUMN item_sources 'Their source records; the keys of their words in texts',
    COMMENT COLUMN texts_source 'Source record whose words name the buyer; key of texts',
    COMMENT COLUMN verdict_source 'Source record of the verdict; key of its reason in texts',
    COMMENT COLUMN terms 'What is to be decided besides proposals, as name=value';

CREATE OR REPLACE VIEW reviews_now AS
SELECT n.review_id AS review_id, n.newest.1 AS kind, n.newest.2 AS buyer_id, n.newest.3 AS state, n.newest.4 AS analyst, n.newest.11 AS asked_by,
    n.newest.12 AS approved_first, if(t.reason = '', n.newest.14, t.reason) AS reason, n.newest.5 AS deadline, n.opened_at AS opened_at,
    n.newest.6 AS changed_at, n.newest.7 AS record, n.newest.8 AS item_sources, n.newest.9 AS texts_source,
    concat(toString(n.place.1), '-', toString(n.newest.10), '-', toString(n.place.2), '-', toString(n.place.3)) AS position
FROM
(
    SELECT r.review_id AS review_id, min(r.at) AS opened_at,
        argMax(tuple(r.kind, r.buyer_id, r.state, r.analyst, r.deadline, r.at, r.record, r.item_sources, r.texts_source, r.log_partition, r.asked_by,
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
    COMMENT COLUMN record 'The newest decision as published on risk.decisions (Protobuf, decision.proto)',
    COMMENT COLUMN item_sources 'Source records of the messages that wait; keys of their words in texts',
    COMMENT COLUMN texts_source 'Source record whose words name the buyer; key of texts', COMMENT COLUMN position 'Position of the newest decision';
