CREATE TABLE bid_members (
    id BIGSERIAL NOT NULL,
    application_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    part TEXT NOT NULL,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    invited_by_id BIGINT NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_bid_members PRIMARY KEY (id),
    CONSTRAINT ck_bid_members_part_known CHECK (part IN ('writer', 'finance', 'reader')),
    CONSTRAINT ck_bid_members_ends_after_it_begins CHECK (ended_at IS NULL OR ended_at >= since),
    CONSTRAINT fk_bid_members_application_id_applications FOREIGN KEY(application_id) REFERENCES applications (id),
    CONSTRAINT fk_bid_members_person_id_people FOREIGN KEY(person_id) REFERENCES people (id),
    CONSTRAINT fk_bid_members_invited_by_id_people FOREIGN KEY(invited_by_id) REFERENCES people (id)
);

CREATE UNIQUE INDEX uq_bid_members_live ON bid_members (application_id, person_id) WHERE ended_at IS NULL;

CREATE INDEX ix_bid_members_person_id ON bid_members (person_id) WHERE ended_at IS NULL;

CREATE TABLE lead_offers (
    id BIGSERIAL NOT NULL,
    application_id BIGINT NOT NULL,
    from_id BIGINT NOT NULL,
    to_id BIGINT NOT NULL,
    offered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    taken BOOLEAN,
    CONSTRAINT pk_lead_offers PRIMARY KEY (id),
    CONSTRAINT ck_lead_offers_ended_means_answered CHECK ((ended_at IS NULL) = (taken IS NULL)),
    CONSTRAINT ck_lead_offers_to_somebody_else CHECK (from_id <> to_id),
    CONSTRAINT fk_lead_offers_application_id_applications FOREIGN KEY(application_id) REFERENCES applications (id),
    CONSTRAINT fk_lead_offers_from_id_people FOREIGN KEY(from_id) REFERENCES people (id),
    CONSTRAINT fk_lead_offers_to_id_people FOREIGN KEY(to_id) REFERENCES people (id)
);

CREATE UNIQUE INDEX uq_lead_offers_open ON lead_offers (application_id) WHERE ended_at IS NULL;

ALTER TABLE one_time_links DROP CONSTRAINT ck_one_time_links_purpose_known;
ALTER TABLE one_time_links DROP CONSTRAINT ck_one_time_links_person_unless_registering;
ALTER TABLE one_time_links ADD CONSTRAINT ck_one_time_links_purpose_known
    CHECK (purpose IN ('register', 'invite', 'reset', 'sign_in', 'team', 'new_address'));
ALTER TABLE one_time_links ADD CONSTRAINT ck_one_time_links_person_unless_registering
    CHECK (purpose = 'team' OR (purpose = 'register') = (person_id IS NULL));
ALTER TABLE one_time_links ADD COLUMN application_id BIGINT;
ALTER TABLE one_time_links ADD CONSTRAINT fk_one_time_links_application_id_applications
    FOREIGN KEY(application_id) REFERENCES applications (id);
ALTER TABLE one_time_links ADD CONSTRAINT ck_one_time_links_bid_of_a_team
    CHECK ((purpose = 'team') = (application_id IS NOT NULL));

CREATE INDEX ix_one_time_links_team ON one_time_links (application_id) WHERE used_at IS NULL;
