'use strict';
// Runs Azurite as a child process that ends, and saves its data, when the parent's end of standard input closes, however
// the parent ended; and that waits until another one has left its data folder.
//   node start.cjs --location FOLDER [more arguments of Azurite]
const fs = require('node:fs');
const path = require('node:path');

const location = process.argv[process.argv.indexOf('--location') + 1];
const pidFile = path.join(location, 'azurite.pid');
const patienceMs = 20000;

function alive(pid) {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch (e) {
    return e.code === 'EPERM';
  }
}

function sleep(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function takeFolder() {
  fs.mkdirSync(location, { recursive: true });
  for (const until = Date.now() + patienceMs; ; sleep(100)) {
    try {
      fs.writeFileSync(pidFile, String(process.pid), { flag: 'wx' });
      return;
    } catch (e) {
      if (e.code !== 'EEXIST') throw e;
    }
    let owner = 0;
    try {
      owner = Number(fs.readFileSync(pidFile, 'utf8'));
    } catch (e) {
      if (e.code !== 'ENOENT') throw e;
    }
    if (!owner || !alive(owner)) {
      fs.rmSync(pidFile, { force: true });
    } else if (Date.now() > until) {
      console.error(`The folder ${location} is used by another storage emulator (process ${owner}).`);
      process.exit(3);
    }
  }
}

function stop() {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(0), 10000).unref();
}

takeFolder();
// A parent that was killed no longer reads; saying so must not keep the data from being saved.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});
process.on('exit', () => fs.rmSync(pidFile, { force: true }));
process.stdin.on('end', stop).on('error', stop).resume();
require(path.resolve('node_modules/azurite/dist/src/azurite.js')); // of the working folder, the installation
