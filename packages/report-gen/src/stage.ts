/** The `stage` of our model folders. */
export const STAGE = 'report-gen';
