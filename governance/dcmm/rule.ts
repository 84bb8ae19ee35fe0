/** The highest level that the evidence of a single run can show; the levels above are about the whole organisation over time. */
export const MEASURABLE_LEVEL = 2;

/** Printed in the report, so that a reader can disagree with it. */
export const RULE =
  'A self-assessment from the technical evidence of one run. An item on which the run has evidence stands at level 1 (initial); ' +
  'it reaches level 2 (managed) when every clause listed for it is met. Levels 3 to 5 ask for standards across the organisation, ' +
  'figures over time and steady improvement, which one run cannot show. An item without evidence is “not measured” and counts in no mean. ' +
  "An area's level is the mean of its measured items.";
