import { parsePhoneNumberFromString } from 'libphonenumber-js';
import type { PiiType } from '../../contracts/data.ts';
import { passesCnId, passesIban, passesLuhn } from './checksums.ts';
import { digitsOf, matches, type Finding } from './finding.ts';

type Detector = (text: string) => Finding[];

const EMAIL = /(?<![\w.+-])[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}(?![\w-])/gi;
const URL_CREDENTIALS = /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/@:]{1,100}:[^\s/@]{1,100}@[^\s]{1,300}/gi;
const CARD = /(?<![\d.-])\d(?:[ -]?\d){12,18}(?![\d-])/g;
const IBAN = /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/g;
const US_SSN = /(?<![\d-])(?!000|666|9\d\d)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}(?![\d-])/g;
const CN_ID = /(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX](?!\d)/gi;
const CN_MOBILE = /(?<![\d.-])1[3-9]\d(?:[ -]?\d{4}){2}(?![\d-])/g;
const PHONE = /(?<![\w.])\+?\(?\d[\d ().\-/x]{7,24}\d(?!\w)/g;
const IPV4 = /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])/g;
const IPV6 = /(?<![\w:])(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}(?![\w:])/gi;

/** In the order of certainty: where two overlap, the earlier type keeps its place. */
const DETECTORS: Record<PiiType, Detector> = {
  'url-credentials': (text) => matches('url-credentials', text, URL_CREDENTIALS),
  email: (text) => matches('email', text, EMAIL),
  iban: (text) => matches('iban', text, IBAN, (match) => passesIban(match.replaceAll(' ', ''))),
  card: (text) => matches('card', text, CARD, (match) => isCard(digitsOf(match))),
  'cn-id': (text) => matches('cn-id', text, CN_ID, passesCnId),
  'us-ssn': (text) => matches('us-ssn', text, US_SSN),
  ip: (text) => [...matches('ip', text, IPV4), ...matches('ip', text, IPV6)],
  phone: (text) => [...matches('phone', text, CN_MOBILE), ...matches('phone', text, PHONE, isPhone)],
};

/** Known issuers' ranges with a right check digit, so that a long product number is no card. */
function isCard(digits: string): boolean {
  return /^(?:4|5[1-5]|2[2-7]|3[47]|3[068]|6)/.test(digits) && passesLuhn(digits);
}

/** A valid number of its country; without a country code, one of the United States with ten digits. */
function isPhone(candidate: string): boolean {
  const digits = digitsOf(candidate);
  if (digits.length < 10 || digits.length > 15) return false;
  const number = parsePhoneNumberFromString(candidate, 'US');
  return number?.isValid() === true;
}

/** Personal data in a text: places that do not overlap, in order. Linear in the text's length. */
export function findPersonalData(text: string, types: readonly PiiType[]): Finding[] {
  const kept: Finding[] = [];
  for (const type of Object.keys(DETECTORS) as PiiType[]) {
    if (!types.includes(type)) continue;
    for (const finding of DETECTORS[type](text))
      if (!kept.some(({ start, end }) => finding.start < end && start < finding.end)) kept.push(finding);
  }
  return kept.sort((a, b) => a.start - b.start);
}
