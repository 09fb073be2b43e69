ALTER TABLE applications ADD COLUMN extended_to TIMESTAMP WITH TIME ZONE;

CREATE TABLE service_minutes (
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    answers BIGINT NOT NULL,
    slow BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    CONSTRAINT pk_service_minutes PRIMARY KEY (at),
    CONSTRAINT ck_service_minutes_parts_of_the_answers CHECK (slow >= 0 AND failed >= 0 AND slow + failed <= answers)
);
