/**
 * The likely encoding of bytes that are not valid in `label`: UTF-16 by its NULs, a Chinese double-byte code by its paired high
 * bytes, else Western single-byte text.
 */
export function guessEncoding(bytes: Buffer, label: string): string {
  let high = 0;
  let paired = 0;
  let nul = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === 0) nul += 1;
    if (byte < 0x80) continue;
    high += 1;
    if ((bytes[at - 1] ?? 0) >= 0x80 || (bytes[at + 1] ?? 0) >= 0x80) paired += 1;
  }
  if (nul > bytes.length / 10) return 'utf-16le';
  if (label !== 'gb18030' && paired > 0.6 * high && decodes(bytes, 'gb18030')) return 'gb18030';
  if (label !== 'utf-8' && decodes(bytes, 'utf-8')) return 'utf-8';
  return 'windows-1252';
}

function decodes(bytes: Buffer, label: string): boolean {
  try {
    new TextDecoder(label, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
