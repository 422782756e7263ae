-- Documents of cases and claims: what was added, not its bytes.

CREATE TABLE IF NOT EXISTS documents (
    log_generation UInt32 COMMENT 'Generation of the log',
    log_partition UInt32 COMMENT 'Partition of the log',
    log_offset Int64 COMMENT 'Offset of the log record whose step this row comes from',
    seq UInt32 COMMENT 'Number of the decision within its step; 0 for an input',
    at DateTime64(3, 'UTC') COMMENT 'Log time',
    occurred_at DateTime64(3, 'UTC') COMMENT 'When the message says it happened or was published',
    event_id String COMMENT 'Id of the message',
    source String COMMENT 'Source record: topic/incarnation/partition/offset; the key of its name in texts (document_name)',
    history Bool COMMENT 'Evidence only, until history.closed',
    case_id String COMMENT 'The case that it belongs to; empty: it belongs to a claim',
    claim_id String COMMENT 'The claim that it belongs to; empty: it belongs to a case',
    policy_id String COMMENT 'Policy of the case or claim, as its id says; empty: it says none',
    document_id String COMMENT 'Names the document within its case or claim',
    kind LowCardinality(String) COMMENT 'What it shows, such as invoice or delivery_note',
    sha256 String COMMENT 'SHA-256 of its bytes, hexadecimal: the name under which documents.url holds them',
    bytes Int64 COMMENT 'How many bytes it has'
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (document_id, log_generation, log_partition, log_offset, seq)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Documents that were added to cases and claims, one row per log record; their bytes are in documents.url';
