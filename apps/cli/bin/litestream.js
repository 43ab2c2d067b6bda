#!/usr/bin/env node
// The same program under its other name; it looks at the name it was called by.
void import('./ltx.js')
