-- The rules of four eyes as conditions that the database checks before it takes a row, on SQLite and on
-- PostgreSQL. A guard is a line `--! name ON table: sentence` and a condition that is true of a row that must
-- not be. Names in double braces are filled in by guards.py: what the two databases write differently, and
-- the two conditions that many guards share.

--! act_not_by_a_barred_person ON review_caseact: a recused person acts in the case
{{ barred("NEW.by_id") }}

--! act_of_the_worker_is_an_expiry ON review_caseact: the worker does what only people do
(NEW.role = 'worker') <> EXISTS (
  SELECT 1 FROM people_account w WHERE w.id = NEW.by_id AND w.pseudonym = 'worker')
OR (NEW.role = 'worker' AND NEW.kind <> 'review:decision:expired')

--! act_hands_over_to_another ON review_caseact: a case handed over to who is recused or has authorised it
NEW.kind = 'review:case:handed-over' AND EXISTS (
  SELECT 1 FROM people_account p WHERE p.pseudonym = {{ fact("reviewer") }}
  AND (p.id = {{ authoriser() }} OR {{ barred("p.id") }}))

--! act_has_its_entry ON review_caseact: an act without the hash of its ledger entry
length(NEW.leaf_hash) <> 32

--! act_follows_the_last ON review_caseact: an act out of its order
NEW.number <> 1 + (SELECT COUNT(*) FROM review_caseact x WHERE x."case" = NEW."case")
OR EXISTS (SELECT 1 FROM review_caseact x WHERE x."case" = NEW."case" AND x.at > NEW.at)

--! act_within_a_case_that_lasts ON review_caseact: an act in a case that was cancelled
NEW.kind <> 'review:case:stepped-into' AND EXISTS (
  SELECT 1 FROM review_caseact x WHERE x."case" = NEW."case" AND x.kind = 'review:case:cancelled')

--! act_cancels_nothing_decided ON review_caseact: a case cancelled in which something came into force
NEW.kind = 'review:case:cancelled' AND EXISTS (
  SELECT 1 FROM review_ruling y WHERE y."case" = NEW."case" AND y.outcome IN {{ in_force }})

--! review_not_by_a_barred_person ON review_authorisation: a recused person is to review the case
{{ barred("NEW.reviewer_id") }}

--! authorisation_is_its_act ON review_authorisation: a row that is not what its act did
NOT {{ done("review:review:authorised", "NEW.authorised_by_id") }}

--! finding_is_its_act ON review_finding: a row that is not what its act did
NOT EXISTS (SELECT 1 FROM review_caseact c WHERE c.id = NEW.act_id AND c."case" = NEW."case"
  AND c.kind = 'review:finding:made' AND c.about = NEW.clause)

--! finding_not_by_the_authoriser ON review_finding: a finding of who authorised the review
EXISTS (SELECT 1 FROM review_caseact c WHERE c.id = NEW.act_id AND c.by_id = {{ authoriser() }})

--! decision_is_its_act ON review_decision: a row that is not what its act did
NOT EXISTS (SELECT 1 FROM review_caseact c WHERE c.id = NEW.act_id AND c."case" = NEW."case"
  AND c.by_id = NEW.proposed_by_id AND c.at = NEW.proposed_at
  AND c.kind = CASE NEW.path WHEN 'expire' THEN 'review:decision:expired'
    WHEN 'appeal' THEN 'review:appeal:decided' ELSE 'review:decision:proposed' END)

--! decision_content_is_its_own ON review_decision: a decision whose columns do not say what its content says
COALESCE({{ field("case") }}, '') <> NEW."case"
OR COALESCE({{ field("path") }}, '') <> NEW.path
OR COALESCE({{ field("kind") }}, '') <> NEW.kind
OR COALESCE({{ field("previous") }}, '') <> COALESCE(NEW.previous_id, '')
OR COALESCE({{ field("appeal") }}, '') <> COALESCE(NEW.appeal_id, '')
OR COALESCE({{ field("plan_digest") }}, '') <> NEW.plan_digest
OR COALESCE({{ measures() }}, -1) < 0
OR (COALESCE({{ measures() }}, -1) > 0) <> NEW.restricts

--! decision_digest_is_its_own ON review_decision: a digest that is not that of the content
NEW.digest <> {{ digest() }}

--! decision_interim_at_most_seven_days ON review_decision: an interim measure of more than seven days
NEW.path = 'interim' AND {{ seconds("NEW.ends_at", "NEW.proposed_at") }} > {{ interim_seconds }} + 0.001

--! decision_follows_within_its_case ON review_decision: a decision that follows on one of another case
NEW.previous_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM review_decision p WHERE p.key = NEW.previous_id AND p."case" = NEW."case")

--! decision_prolongs_no_interim ON review_decision: a decision that makes an interim measure last longer
NEW.path <> 'main' AND EXISTS (
  SELECT 1 FROM review_decision p WHERE p.key = NEW.previous_id AND p.interim
  AND (NOT NEW.interim OR (NEW.restricts AND (NEW.ends_at IS NULL OR p.ends_at IS NULL OR NEW.ends_at > p.ends_at))))

--! decision_is_interim_only_from_one ON review_decision: a decision that calls itself interim and is not
NEW.interim AND NEW.path <> 'interim' AND NOT EXISTS (
  SELECT 1 FROM review_decision p WHERE p.key = NEW.previous_id AND p.interim)

--! decision_overrides_others ON review_decision: a person who overrides what they decided
NEW.path = 'override' AND {{ decided("NEW.proposed_by_id") }}

--! decision_on_appeal_by_who_was_not_involved ON review_decision: an appeal decided by somebody who was involved
NEW.path = 'appeal' AND {{ involved("NEW.proposed_by_id", "NEW.appeal_id") }}

--! ruling_is_its_act ON review_ruling: a row that is not what its act did
NOT EXISTS (SELECT 1 FROM review_caseact c WHERE c.id = NEW.act_id AND c."case" = NEW."case"
  AND c.by_id = NEW.ruled_by_id AND c.at = NEW.ruled_at
  AND c.kind = CASE NEW.outcome WHEN 'set-aside' THEN 'review:appeal:decided'
    ELSE 'review:decision:' || NEW.outcome END)

--! ruling_covers_the_exact_proposal ON review_ruling: a ruling over something else than the proposal
NOT EXISTS (
  SELECT 1 FROM review_decision d WHERE d.key = NEW.decision_id
  AND d."case" = NEW."case" AND d.path = NEW.path AND d.digest = NEW.digest
  AND COALESCE(d.previous_id, '') = COALESCE(NEW.previous_id, ''))

--! ruling_by_another_person ON review_ruling: a proposal that its proposer rules on
NEW.outcome IN ('approved', 'refused') AND EXISTS (
  SELECT 1 FROM review_decision d WHERE d.key = NEW.decision_id AND d.proposed_by_id = NEW.ruled_by_id)

--! ruling_by_who_found_nothing ON review_ruling: a proposal approved by who made findings in the case
NEW.outcome = 'approved' AND EXISTS (
  SELECT 1 FROM review_finding f JOIN review_caseact c ON c.id = f.act_id
  WHERE f."case" = NEW."case" AND c.by_id = NEW.ruled_by_id)

--! ruling_withdrawn_by_the_proposer ON review_ruling: a proposal that another person withdraws
NEW.outcome = 'withdrawn' AND EXISTS (
  SELECT 1 FROM review_decision d WHERE d.key = NEW.decision_id AND d.proposed_by_id <> NEW.ruled_by_id)

--! ruling_proposer_not_barred ON review_ruling: a proposal of a recused person is approved
NEW.outcome = 'approved' AND
{{ barred("(SELECT d.proposed_by_id FROM review_decision d WHERE d.key = NEW.decision_id)") }}

--! ruling_while_it_can_still_hold ON review_ruling: a restriction approved after its end
NEW.outcome = 'approved' AND EXISTS (
  SELECT 1 FROM review_decision d WHERE d.key = NEW.decision_id AND d.restricts AND d.ends_at IS NOT NULL
  AND {{ seconds("d.ends_at", "NEW.ruled_at") }} <= 0)

--! ruling_override_by_others ON review_ruling: a person who overrides what they decided
NEW.outcome = 'approved' AND NEW.path = 'override' AND {{ decided("NEW.ruled_by_id") }}

--! ruling_on_an_answer_by_who_was_not_involved ON review_ruling: an answer ruled on by somebody who was involved
NEW.path = 'appeal' AND NEW.outcome <> 'withdrawn' AND
{{ involved("NEW.ruled_by_id", "(SELECT d.appeal_id FROM review_decision d WHERE d.key = NEW.decision_id)") }}

--! ruling_expires_at_the_end ON review_ruling: an expiry before the end
(NEW.outcome = 'expired') <> (NEW.path = 'expire')
OR (NEW.outcome = 'expired' AND NOT EXISTS (
  SELECT 1 FROM review_decision p WHERE p.key = NEW.previous_id AND p.restricts
  AND {{ seconds("NEW.ruled_at", "p.ends_at") }} > -0.001))

--! ruling_sets_aside_on_appeal_only ON review_ruling: a decision set aside without an appeal
NEW.outcome = 'set-aside' AND (NEW.path <> 'appeal' OR EXISTS (
  SELECT 1 FROM review_decision d WHERE d.key = NEW.decision_id
  AND (d.restricts OR d.proposed_by_id <> NEW.ruled_by_id)))

--! ruling_follows_what_is_in_force ON review_ruling: a decision that follows on one that never came into force
NEW.outcome IN {{ in_force }} AND NEW.previous_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM review_ruling y WHERE y.decision_id = NEW.previous_id AND y.outcome IN {{ in_force }})

--! statement_is_its_act ON review_statement: a row that is not what its act did
NOT {{ done("review:reasons:issued", "NEW.issued_by_id") }}

--! statement_of_what_is_in_force ON review_statement: reasons of what is not in force, or of another content
NOT {{ came_into_force() }} OR NOT EXISTS (
  SELECT 1 FROM review_decision d WHERE d.key = NEW.decision_id
  AND d."case" = NEW."case" AND d.digest = NEW.decision_digest)

--! statement_leaves_the_appeal_open ON review_statement: reasons that leave less than six months for an appeal
{{ seconds("NEW.appeal_until", "NEW.issued_at") }} < {{ appeal_seconds }} - 0.01

--! appeal_is_its_act ON review_appeal: a row that is not what its act did
NOT {{ done("review:appeal:entered", "NEW.entered_by_id") }}

--! appeal_against_what_was_in_force ON review_appeal: an appeal against what was never decided
NOT {{ came_into_force() }} OR NOT EXISTS (
  SELECT 1 FROM review_decision d WHERE d.key = NEW.decision_id AND d."case" = NEW."case")

--! answer_is_its_act ON review_appealruling: a row that is not what its act did
NOT {{ done("review:appeal:decided", "NEW.decided_by_id") }}

--! answer_by_who_was_not_involved ON review_appealruling: an appeal decided by somebody who was involved
{{ involved("NEW.decided_by_id", "NEW.appeal_id") }} OR NOT EXISTS (
  SELECT 1 FROM review_appeal a WHERE a.key = NEW.appeal_id AND a."case" = NEW."case"
  AND a.entered_by_id <> NEW.decided_by_id)

--! unlock_not_asked_by_a_barred_person ON identity_unlockrequest: a recused person asks for an unlock
{{ barred("NEW.proposed_by_id") }}

--! unlock_part_by_nobody_barred ON identity_part: an unlock in which a recused person has a part
{%- set request = "(SELECT q.%s FROM identity_unlockrequest q WHERE q.id = NEW.request_id)" %}
{%- set case = request % '"case"' %}
{{ barred("NEW.account_id", case) }} OR {{ barred(request % "proposed_by_id", case) }} OR EXISTS (
  SELECT 1 FROM identity_part one WHERE one.request_id = NEW.request_id AND {{ barred("one.account_id", case) }})

--! unlock_result_to_nobody_barred ON identity_sealedresult: what was unlocked is sealed to a recused person
{{ barred("(SELECT one.account_id FROM identity_part one WHERE one.id = NEW.part_id)", case) }}
{% for table, person in by_people %}
--! {{ table }}_is_by_a_person ON {{ table }}: the worker does what only people do
NEW.{{ person }}_id = {{ worker }}
{% endfor %}
