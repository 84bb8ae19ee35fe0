import type { Checks, Cleaning, Dimension, FaultKind, Masking, Metadata, Profile, SplitSummary } from './data.ts';
import type { Evaluation, Training } from './training.ts';

/** Everything a run knows that governance judges. What is absent is "not measured", never zero. */
export interface Evidence {
  metadata: Metadata;
  profile: Profile;
  split?: SplitSummary;
  checksBefore: Checks;
  checksAfter?: Checks;
  cleaning?: Cleaning;
  masking?: Masking;
  training?: Training;
  evaluation?: Evaluation;
  /** Only for generated data: known faults, and how many of them a check, repair, mask or suspect label touched. */
  faults?: FaultRecall[];
}

export interface FaultRecall {
  kind: FaultKind;
  injected: number;
  found: number;
}

export interface Finding {
  id: string;
  severity: 'high' | 'medium' | 'low' | 'good';
  title: string;
  detail: string;
  /** Rule ids, step ids or artifact names that the sentence rests on. */
  evidence: string[];
}

export interface Recommendation {
  id: string;
  title: string;
  action: string;
  /** Expected gain, in the unit named; used for the order. */
  gain: { value: number; unit: 'quality points' | 'macro-F1 points' | 'capability levels'; reason: string };
  effort: 'small' | 'medium' | 'large';
}

/** One DCMM item. */
export interface CapabilityItem {
  area: string;
  areaZh: string;
  item: string;
  itemZh: string;
  /** 1 to 5, or null: not measured. */
  level: number | null;
  evidence: string[];
  /** What is missing for the next level, or for being measured at all. */
  next: string;
}

export interface Capability {
  edition: '2018';
  /** Printed in the report: how clauses become levels. */
  rule: string;
  areas: { name: string; nameZh: string; level: number | null; measured: number; items: number }[];
  items: CapabilityItem[];
}

export interface Assessment {
  /** 0 to 100 by dimension; null = not measured. */
  quality: { dimension: Dimension; before: number | null; after: number | null }[];
  overall: { before: number | null; after: number | null };
  findings: Finding[];
  recommendations: Recommendation[];
  capability: Capability;
  faults: FaultRecall[] | null;
  /** Share of all known faults found, 0 to 1; null on real data. */
  faultsFoundShare: number | null;
}

/** Body of the `assessment` artifact. */
export interface AssessedRun {
  evidence: Evidence;
  assessment: Assessment;
  /** Artifacts behind the figures, by input name. */
  artifacts: { name: string; key: string; sha256: string; bytes: number }[];
}

/** What the report is drawn from; also stored as JSON beside the HTML. */
export interface ReportData extends AssessedRun {
  title: string;
  run: {
    workflowId: string;
    runId: string;
    pipeline: string;
    planSha256: string;
    startedAt: string;
    createdAt: string;
  };
}
