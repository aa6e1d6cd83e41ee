import type { Complaint } from '../tensor-info.js';

/** Carries a wrong argument from inside the worker to its answer. */
export class ComplaintError extends Error {
  readonly complaint: Complaint;

  constructor(complaint: Complaint) {
    super(complaint.expected);
    this.complaint = complaint;
  }
}
