CREATE TABLE cost_shares (
    application_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    name TEXT,
    sheet JSONB,
    version BIGINT NOT NULL,
    saved_at TIMESTAMP WITH TIME ZONE,
    saved_by_id BIGINT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_cost_shares PRIMARY KEY (application_id, number),
    CONSTRAINT ck_cost_shares_partners_are_named CHECK ((number = 0) = (name IS NULL)),
    CONSTRAINT ck_cost_shares_the_lead_stays CHECK (number > 0 OR ended_at IS NULL),
    CONSTRAINT ck_cost_shares_saved_means_written CHECK ((version = 0) = (sheet IS NULL)),
    CONSTRAINT fk_cost_shares_application_id_applications FOREIGN KEY(application_id) REFERENCES applications (id),
    CONSTRAINT fk_cost_shares_saved_by_id_people FOREIGN KEY(saved_by_id) REFERENCES people (id)
);

-- Somebody of a partner's sees that partner's share of the costs and nothing else of the bid.
ALTER TABLE bid_members DROP CONSTRAINT ck_bid_members_part_known;
ALTER TABLE bid_members ADD CONSTRAINT ck_bid_members_part_known
    CHECK (part IN ('writer', 'finance', 'reader', 'partner'));
ALTER TABLE bid_members ADD COLUMN share_number BIGINT;
ALTER TABLE bid_members ADD CONSTRAINT ck_bid_members_partners_have_a_share
    CHECK ((part = 'partner') = (share_number IS NOT NULL));
