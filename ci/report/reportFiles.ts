/** All that a run writes into the folder of the reports: files and folders. */
export const reportFiles: readonly string[] = ['report.json', 'junit', 'test.log', 'engine.log', 'evidence'];
