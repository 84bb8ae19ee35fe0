import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../command.mjs';
import { seesNvidia } from '../platform.mjs';
import { fetchWheel, unpackWheel } from './wheel.mjs';

const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];

/** `cpu`, or `gpu` where an NVIDIA driver is loaded. */
export function variant() {
  return seesNvidia() ? 'gpu' : 'cpu';
}

/** Where the library lies. @param {{ home: string, pins: any }} context */
export function tensorflowFolder({ home, pins }) {
  return join(home, 'tensorflow', `${pins.tensorflow.version}-${variant()}`);
}

/** @param {{ home: string, pins: any }} context */
export async function tensorflowIsInstalled(context) {
  const dir = tensorflowFolder(context);
  return LIBRARIES.every((name) => existsSync(join(dir, 'lib', name))) && existsSync(join(dir, 'include'));
}

/** Takes the libraries and the C headers out of the wheel. @param {import('./temporal.mjs').Context} context */
export async function installTensorflow({ home, pins, say }) {
  const dir = tensorflowFolder({ home, pins });
  const tmp = join(home, 'tmp', 'tensorflow');
  const made = join(tmp, 'made');
  await rm(made, { recursive: true, force: true });
  await mkdir(join(made, 'lib'), { recursive: true });
  for (const [index, wheelPin] of pins.tensorflow[variant()].wheels.entries()) {
    const wheel = await fetchWheel({ ...wheelPin, dir: join(tmp, `wheel-${index}`), say });
    const files = join(tmp, `files-${index}`);
    await rm(files, { recursive: true, force: true });
    say('unpacking');
    if (index === 0) {
      await unpackWheel(wheel, files, [...LIBRARIES.map((name) => `tensorflow/${name}`), ...pins.tensorflow.headers]);
      for (const name of LIBRARIES) renameSync(join(files, 'tensorflow', name), join(made, 'lib', name));
      renameSync(join(files, 'tensorflow', 'include'), join(made, 'include'));
    } else {
      // The CUDA libraries that TensorFlow loads by name.
      await unpackWheel(wheel, files, ['nvidia/']);
      for (const part of readdirSync(join(files, 'nvidia'))) {
        const lib = join(files, 'nvidia', part, 'lib');
        if (existsSync(lib)) await cp(lib, join(made, 'cuda'), { recursive: true });
      }
    }
    await rm(join(tmp, `wheel-${index}`), { recursive: true, force: true });
    await rm(files, { recursive: true, force: true });
  }
  await rm(dir, { recursive: true, force: true });
  await mkdir(join(home, 'tensorflow'), { recursive: true });
  renameSync(made, dir);
  await rm(tmp, { recursive: true, force: true });
  return `libtensorflow ${pins.tensorflow.version} (${variant()})`;
}

/** @param {string} root */
const packageOf = (root) => join(root, 'node_modules', '@tensorflow', 'tfjs-node-gpu');
/** @param {string} root */
const addonOf = (root) => join(packageOf(root), 'lib', 'napi-v8', 'tfjs_binding.node');
/** @param {{ root: string, home: string, pins: any }} context */
const stampOf = (context) => join(packageOf(context.root), 'lib', `.linked-${pinName(context)}`);
/** @param {{ pins: any }} context */
const pinName = ({ pins }) => `${pins.tensorflow.version}-${variant()}`;

/** @param {{ root: string, home: string, pins: any }} context */
export async function addonIsInstalled(context) {
  return (
    existsSync(addonOf(context.root)) &&
    existsSync(stampOf(context)) &&
    existsSync(join(packageOf(context.root), 'deps', 'lib', 'libtensorflow.so'))
  );
}

/** Compiles the binding of TensorFlow.js against the library, by plain g++ and npm's Node-API headers. @param {import('./temporal.mjs').Context} context */
export async function installAddon({ root, home, pins, say }) {
  const pkg = packageOf(root);
  const from = tensorflowFolder({ home, pins });
  const deps = join(pkg, 'deps', 'lib');
  rmSync(join(pkg, 'deps'), { recursive: true, force: true });
  mkdirSync(deps, { recursive: true });
  for (const name of LIBRARIES) symlinkSync(join(from, 'lib', name), join(deps, name));
  symlinkSync('libtensorflow_cc.so.2', join(deps, 'libtensorflow.so'));
  symlinkSync('libtensorflow_framework.so.2', join(deps, 'libtensorflow_framework.so'));
  const addon = addonOf(root);
  mkdirSync(join(pkg, 'lib', 'napi-v8'), { recursive: true });
  say('compiling the binding');
  await runCommand(
    'g++',
    [
      ...['-O2', '-std=c++17', '-shared', '-fPIC', '-w', '-DNAPI_VERSION=8'],
      ...['-I', join(root, 'node_modules', 'node-api-headers', 'include'), '-I', join(from, 'include'), '-I', '.'],
      ...['binding/tfjs_backend.cc', 'binding/tfjs_binding.cc', '-Ldeps/lib', '-ltensorflow', '-ltensorflow_framework'],
      ...[`-Wl,-rpath,$ORIGIN/../../deps/lib`, '-o', `${addon}.part`],
    ],
    { cwd: pkg, what: 'compiling the TensorFlow.js binding' },
  );
  renameSync(`${addon}.part`, addon);
  await runCommand('touch', [stampOf({ root, home, pins })]);
  return 'compiled';
}
