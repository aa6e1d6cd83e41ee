// Field numbers of onnx.proto (IR version 8); every message here is shorter than 128 bytes, so lengths take one byte.
const bytes = (field: number, content: readonly number[]): number[] => [
  (field << 3) | 2,
  content.length,
  ...content,
];
const text = (field: number, content: string): number[] => bytes(field, [...Buffer.from(content)]);
const integer = (field: number, value: number): number[] => [field << 3, value];

/**
 * Serialises a graph of one operator, `y = operator(x)`, over tensors of any shape.
 *
 * @param elementType - `TensorProto.DataType`, such as 1 for float32.
 */
export function unaryGraph(operator: 'Relu' | 'Identity', elementType: number): Uint8Array {
  const node = [...text(1, 'x'), ...text(2, 'y'), ...text(4, operator)];
  const type = bytes(2, bytes(1, integer(1, elementType)));
  const graph = [
    ...bytes(1, node),
    ...text(2, operator),
    ...bytes(11, [...text(1, 'x'), ...type]),
    ...bytes(12, [...text(1, 'y'), ...type]),
  ];
  return Uint8Array.from([...integer(1, 8), ...bytes(7, graph), ...bytes(8, integer(2, 18))]);
}
