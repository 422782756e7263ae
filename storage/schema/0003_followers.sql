-- How far the history is, and what belongs to no cut: by the key of its topic.

CREATE TABLE IF NOT EXISTS progress (
    log_generation UInt32 COMMENT 'Generation of the log',
    log_partition UInt32 COMMENT 'Partition of the log',
    log_offset Int64 COMMENT 'Offset of the log record whose step this row comes from',
    seq UInt32 COMMENT 'Number of the decision within its step; 0 for an input',
    at DateTime64(3, 'UTC') COMMENT 'Log time',
    cut UInt64 COMMENT 'Number of the cut in its partition, from 1',
    log_id String COMMENT 'Which log this is',
    from_offset Int64 COMMENT 'First log offset of the batch',
    next_offset Int64 COMMENT 'Log offset after the batch',
    decisions_next Int64 COMMENT 'Offset of risk.decisions to go on at',
    tick DateTime64(3, 'UTC') COMMENT 'Last tick of the clock',
    skipped UInt64 COMMENT 'Log records that a mark skipped',
    repeated UInt64 COMMENT 'Records ignored as repetitions of the same content',
    kinds Array(LowCardinality(String)) COMMENT 'Kinds of records and decisions in the batch',
    counts Array(UInt64) COMMENT 'How many of each, in the order of their kinds'
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (log_generation, log_partition, cut)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Batches stored, one row per partition and cut; written after the rows that it counts';

CREATE TABLE IF NOT EXISTS texts (
    source String COMMENT 'Source record of the message: topic/incarnation/partition/offset',
    about String COMMENT 'Whom the words are about: a buyer id or policy/<id>',
    words String COMMENT 'JSON object',
    written_at DateTime64(3, 'UTC') COMMENT 'When they were written (broker''s clock)',
    version Int64 COMMENT 'Offset in the partition of risk.texts; the highest counts'
) ENGINE = ReplacingMergeTree(version)
ORDER BY (source)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Words of messages, the only place of names, addresses and headlines; empty where erased';

CREATE TABLE IF NOT EXISTS dead_letters (
    source String COMMENT 'topic/partition/offset of the message',
    topic LowCardinality(String) COMMENT 'Its topic',
    reason LowCardinality(String) COMMENT 'Reason code',
    detail String COMMENT 'What was wrong',
    message String COMMENT 'Original bytes' CODEC(ZSTD(3)),
    written_at DateTime64(3, 'UTC') COMMENT 'When it was set aside (broker''s clock)',
    version Int64 COMMENT 'Offset in the partition of risk.deadletter; the highest counts'
) ENGINE = ReplacingMergeTree(version)
ORDER BY (source)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Messages that could not become log records';

CREATE TABLE IF NOT EXISTS notifications (
    id String COMMENT 'Notification',
    holder_id String COMMENT 'Policyholder',
    subscription_id String COMMENT 'Subscription',
    channel LowCardinality(String) COMMENT 'webhook or email',
    target String COMMENT 'Address',
    type LowCardinality(String) COMMENT 'Kind of the leading change',
    severity LowCardinality(String) COMMENT 'info, warning or critical',
    sequence UInt64 COMMENT 'Rises per subscription',
    buyers Array(String) COMMENT 'Buyers that it is about',
    summary String COMMENT 'One line',
    at DateTime64(3, 'UTC') COMMENT 'Log time of the decisions',
    position String COMMENT 'Position of the item that closed the group',
    version Int64 COMMENT 'Offset in the partition of risk.deliveries'
) ENGINE = ReplacingMergeTree(version)
ORDER BY (id)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'What subscriptions were told';

CREATE TABLE IF NOT EXISTS notification_states (
    id String COMMENT 'Notification',
    status LowCardinality(String) COMMENT 'waiting, retrying, delivered or gave_up',
    reason LowCardinality(String) COMMENT 'Why it was given up',
    attempts String COMMENT 'Attempts, the oldest first: a JSON list' CODEC(ZSTD(1)),
    version Int64 COMMENT 'Offset in the partition of risk.deliveries; the highest counts'
) ENGINE = ReplacingMergeTree(version)
ORDER BY (id)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'What came of notifications; the newest counts';
