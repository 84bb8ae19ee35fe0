import type { AssessedRun, Evidence } from '../contracts/governance.ts';
import { faultRecall } from '../datasets/fault-recall.ts';
import { assess as judge } from '../governance/assess.ts';
import { readEvidence } from './evidence.ts';
import type { StepHandler } from './step.ts';

export const assess: StepHandler<'assess'> = {
  async run({ inputs, refs, workDir }) {
    const measured = await readEvidence(inputs);
    const { faults, failures, audit, quarantine, masks } = inputs;
    const evidence: Evidence = { ...measured };
    if (faults !== undefined) {
      const suspectLabels = measured.evaluation?.suspectLabels;
      evidence.faults = await faultRecall({
        faults,
        ...(failures === undefined ? {} : { failures }),
        ...(audit === undefined ? {} : { audit }),
        ...(quarantine === undefined ? {} : { quarantine }),
        ...(masks === undefined ? {} : { masks }),
        ...(suspectLabels === undefined ? {} : { suspectLabels }),
        workDir,
      });
    }
    const assessment = judge(evidence);
    const artifacts = Object.entries(refs).map(([name, { key, sha256, bytes }]) => ({ name, key, sha256, bytes }));
    const assessed: AssessedRun = { evidence, assessment, artifacts };
    const levels = assessment.capability.items.filter(({ level }) => level !== null).length;
    return {
      outputs: { assessment: { json: assessed } },
      summary: {
        ...(assessment.overall.before === null ? {} : { qualityBefore: assessment.overall.before }),
        ...(assessment.overall.after === null ? {} : { qualityAfter: assessment.overall.after }),
        findings: assessment.findings.length,
        capabilityItemsMeasured: levels,
      },
    };
  },
};
