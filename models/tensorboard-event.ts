import protobuf from 'protobufjs';

/** DT_STRING of tensorflow/core/framework/types.proto. */
const STRING_TENSOR = 7;

/** Field numbers of tensorflow/core/util/event.proto, summary.proto and tensor.proto; only what scalars and text need. */
export type EventContent =
  | { kind: 'version'; version: string }
  | { kind: 'scalar'; tag: string; step: number; value: number }
  | { kind: 'text'; tag: string; text: string };

/** One `tensorflow.Event`, encoded. `wallTimeSeconds` counts from 1970. */
export function encodeEvent(wallTimeSeconds: number, content: EventContent): Uint8Array {
  const event = protobuf.Writer.create().uint32(tag(1, 1)).double(wallTimeSeconds);
  switch (content.kind) {
    case 'version':
      event.uint32(tag(3, 2)).string(content.version);
      break;
    case 'scalar': {
      const value = protobuf.Writer.create().uint32(tag(1, 2)).string(content.tag);
      value.uint32(tag(2, 5)).float(content.value);
      event.uint32(tag(2, 0)).int64(content.step);
      event.uint32(tag(5, 2)).bytes(message(1, value));
      break;
    }
    case 'text': {
      const shape = message(2, protobuf.Writer.create().uint32(tag(1, 0)).int64(1));
      const tensor = protobuf.Writer.create().uint32(tag(1, 0)).int32(STRING_TENSOR);
      tensor.uint32(tag(2, 2)).bytes(shape);
      tensor.uint32(tag(8, 2)).string(content.text);
      const plugin = protobuf.Writer.create().uint32(tag(1, 2)).string('text');
      const value = protobuf.Writer.create().uint32(tag(1, 2)).string(content.tag);
      value.uint32(tag(8, 2)).bytes(tensor.finish());
      value.uint32(tag(9, 2)).bytes(message(1, plugin));
      event.uint32(tag(5, 2)).bytes(message(1, value));
      break;
    }
  }
  return event.finish();
}

/** Key of a field: 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes. */
function tag(field: number, wireType: 0 | 1 | 2 | 5): number {
  return (field << 3) | wireType;
}

/** A message whose one field, `field`, holds `inner`. */
function message(field: number, inner: protobuf.Writer): Uint8Array {
  return protobuf.Writer.create().uint32(tag(field, 2)).bytes(inner.finish()).finish();
}
