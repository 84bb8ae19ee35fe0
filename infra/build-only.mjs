/** `npm run build`. */
import { build } from './build.mjs';
import { main, ROOT } from './main.mjs';

await main(async () => void (await build({ root: ROOT, say: (text) => console.log(text) })));
