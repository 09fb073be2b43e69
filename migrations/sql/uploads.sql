CREATE TABLE uploads (
    id BIGSERIAL NOT NULL,
    application_id BIGINT NOT NULL,
    question TEXT NOT NULL,
    person_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    size BIGINT NOT NULL,
    modified BIGINT NOT NULL,
    received BIGINT NOT NULL,
    touched_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_uploads PRIMARY KEY (id),
    CONSTRAINT uq_uploads_application_id_question_person_id_name_size_modified UNIQUE (application_id, question, person_id, name, size, modified),
    CONSTRAINT ck_uploads_received_within_size CHECK (received BETWEEN 0 AND size),
    CONSTRAINT fk_uploads_application_id_applications FOREIGN KEY(application_id) REFERENCES applications (id),
    CONSTRAINT fk_uploads_person_id_people FOREIGN KEY(person_id) REFERENCES people (id)
);

CREATE INDEX ix_uploads_touched_at ON uploads (touched_at);

CREATE TABLE upload_pieces (
    upload_id BIGINT NOT NULL,
    place BIGINT NOT NULL,
    content BYTEA NOT NULL,
    CONSTRAINT pk_upload_pieces PRIMARY KEY (upload_id, place),
    CONSTRAINT fk_upload_pieces_upload_id_uploads FOREIGN KEY(upload_id) REFERENCES uploads (id) ON DELETE CASCADE
);
