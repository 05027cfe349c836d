/** A program that uses the package as its types say. */
export const program = `import { exitCodes, type Options, pipeline, PipelineError, type Report, type Settings } from 'django-delivery-pipeline';

const settings: Settings = { name: 'shop', deployTimeout: 600, set: ['replicaCount=2'], reports: 'out' };
const options: Options = { log: { write: (text: string) => text.length } };
const report: Report = await pipeline(settings, options);
if (report.exitCode !== exitCodes.usage) throw new Error(report.failure?.message);
try {
  await pipeline({ ...settings, source: '/no/such/folder' });
} catch (error) {
  if (!(error instanceof PipelineError) || error.code !== 'SOURCE_MISSING') throw error;
}
`;
