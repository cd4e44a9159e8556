#!/usr/bin/env node
// Apart from what is built, since npm links programs when it installs, and only those that are there.
import "../dist/cli.js";
