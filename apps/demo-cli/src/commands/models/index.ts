import type { AddCommand } from '../command.js';
import { addInfo } from './info.js';
import { addList } from './list.js';
import { addPull } from './pull.js';
import { addVerify } from './verify.js';

/** Adds `cxr models`. */
export const addModels: AddCommand = (program, context, finish) => {
  const models = program.command('models').description('List, describe, check and fetch models.');
  for (const add of [addList, addInfo, addVerify, addPull]) add(models, context, finish);
};
