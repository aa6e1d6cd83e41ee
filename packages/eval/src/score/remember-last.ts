/** Keeps the result of the last argument, so that metrics which share a function do its work once. */
export function rememberLast<Item, Value>(compute: (item: Item) => Value): (item: Item) => Value {
  let last: { readonly item: Item; readonly value: Value } | undefined;
  return (item) => {
    if (last === undefined || last.item !== item) last = { item, value: compute(item) };
    return last.value;
  };
}
