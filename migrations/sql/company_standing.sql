ALTER TABLE organisations ADD COLUMN incorporated_on DATE;
ALTER TABLE organisations ADD COLUMN company_status TEXT;

UPDATE organisations
SET incorporated_on = latest.incorporated_on, company_status = latest.status
FROM (
    SELECT DISTINCT ON (organisation_id) organisation_id, incorporated_on, status
    FROM company_facts
    WHERE outcome = 'found'
    ORDER BY organisation_id, id DESC
) AS latest
WHERE latest.organisation_id = organisations.id;
