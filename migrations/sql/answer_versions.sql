CREATE TABLE answer_versions (
    id BIGSERIAL NOT NULL,
    application_id BIGINT NOT NULL,
    question TEXT NOT NULL,
    value JSONB NOT NULL,
    version BIGINT NOT NULL,
    begun_at TIMESTAMP WITH TIME ZONE NOT NULL,
    saved_at TIMESTAMP WITH TIME ZONE NOT NULL,
    saved_by_id BIGINT NOT NULL,
    CONSTRAINT pk_answer_versions PRIMARY KEY (id),
    CONSTRAINT fk_answer_versions_application_id_applications FOREIGN KEY(application_id) REFERENCES applications (id),
    CONSTRAINT fk_answer_versions_saved_by_id_people FOREIGN KEY(saved_by_id) REFERENCES people (id)
);

CREATE INDEX ix_answer_versions_answer ON answer_versions (application_id, question, id);
