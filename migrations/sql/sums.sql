-- Sums of the ledger and of the R&D total, kept by the database itself as entries are added, so that a page
-- costs the same at a hundred entries and at a million. Rows are taken in the order of their keys, so that two
-- transactions never wait for each other in a circle. The application reads them and cannot write them.
CREATE FUNCTION keep_ledger_sums() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO ledger_sums (round_id, financial_year, account, pence, entries)
    SELECT round_id, financial_year, account, sum(pence), count(*) FROM added
    GROUP BY round_id, financial_year, account ORDER BY round_id, financial_year, account
    ON CONFLICT (round_id, financial_year, account) DO UPDATE
    SET pence = ledger_sums.pence + excluded.pence, entries = ledger_sums.entries + excluded.entries;
    RETURN NULL;
END $$;

CREATE TRIGGER sums_are_kept AFTER INSERT ON ledger_entries
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_ledger_sums();

CREATE FUNCTION keep_rd_sums() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO rd_sums (measure, source_of_funds, authority, rd_type, quarter_starts_on, pence, entries)
    SELECT measure, source_of_funds, authority, rd_type, quarter_starts_on, sum(pence), count(*) FROM added
    GROUP BY measure, source_of_funds, authority, rd_type, quarter_starts_on
    ORDER BY measure, source_of_funds, authority, rd_type, quarter_starts_on
    ON CONFLICT (measure, source_of_funds, authority, rd_type, quarter_starts_on) DO UPDATE
    SET pence = rd_sums.pence + excluded.pence, entries = rd_sums.entries + excluded.entries;
    RETURN NULL;
END $$;

CREATE TRIGGER sums_are_kept AFTER INSERT ON rd_entries
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_rd_sums();
