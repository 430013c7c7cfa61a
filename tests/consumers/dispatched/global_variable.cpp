// SPDX-License-Identifier: MIT
// Wrong: each variant would count for itself.
int counter = 0;

int count() { return ++counter; }
