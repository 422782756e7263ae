-- Cuts whose notice counts from its delivery: until it is delivered they leave the limit as it is.

ALTER TABLE limits ADD COLUMN IF NOT EXISTS on_delivery Bool COMMENT 'In force notice_days after its policyholder has had notice; another decision then says from when on' AFTER effective_on;

ALTER TABLE limits ADD COLUMN IF NOT EXISTS notice_days Int32 COMMENT 'Of such a decision: the days of notice' AFTER on_delivery;

ALTER TABLE limits MODIFY COLUMN settles Bool ALIAS NOT on_delivery AND code NOT IN ('still_investigating', 'preliminary', 'not_approved', 'suspended', 'resumed', 'binding_order', 'discretionary')
    COMMENT 'Says what the limit is from its effective day on; other decisions leave it as it is';
