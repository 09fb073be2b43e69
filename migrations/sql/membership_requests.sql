CREATE TABLE membership_requests (
    id BIGSERIAL NOT NULL,
    organisation_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    answered_by_id BIGINT,
    let_in BOOLEAN,
    CONSTRAINT pk_membership_requests PRIMARY KEY (id),
    CONSTRAINT ck_membership_requests_answered_yes_or_no CHECK ((answered_at IS NULL) = (let_in IS NULL)),
    CONSTRAINT ck_membership_requests_answered_by_somebody
        CHECK ((answered_at IS NULL) = (answered_by_id IS NULL)),
    CONSTRAINT fk_membership_requests_organisation_id_organisations
        FOREIGN KEY(organisation_id) REFERENCES organisations (id),
    CONSTRAINT fk_membership_requests_person_id_people FOREIGN KEY(person_id) REFERENCES people (id),
    CONSTRAINT fk_membership_requests_answered_by_id_people FOREIGN KEY(answered_by_id) REFERENCES people (id)
);

CREATE UNIQUE INDEX uq_membership_requests_open ON membership_requests (organisation_id, person_id)
    WHERE answered_at IS NULL;

CREATE INDEX ix_membership_requests_person_id ON membership_requests (person_id);
