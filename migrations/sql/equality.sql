-- No number that rises, no instant, no person and no bid: a form cannot be told from another of its month.
CREATE TABLE equality_answers (
    id UUID NOT NULL,
    round_id BIGINT NOT NULL,
    answered_in DATE NOT NULL,
    questions BIGINT NOT NULL,
    answers JSONB NOT NULL,
    CONSTRAINT pk_equality_answers PRIMARY KEY (id),
    CONSTRAINT ck_equality_answers_no_day_is_kept CHECK (extract(day FROM answered_in) = 1),
    CONSTRAINT ck_equality_answers_answers_by_question CHECK (jsonb_typeof(answers) = 'object'),
    CONSTRAINT fk_equality_answers_round_id_rounds FOREIGN KEY(round_id) REFERENCES rounds (id)
);

CREATE INDEX ix_equality_answers_round_id ON equality_answers (round_id);

CREATE TRIGGER rows_are_only_added BEFORE UPDATE OR DELETE ON equality_answers
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER table_is_never_emptied BEFORE TRUNCATE ON equality_answers
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
