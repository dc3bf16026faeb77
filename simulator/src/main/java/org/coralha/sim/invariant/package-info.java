/**
 * What must never happen, one class for each promise; their names head docs/guarantees.md. They see
 * the pair through {@link org.coralha.sim.invariant.Scene} and throw {@link
 * org.coralha.sim.invariant.Broken}.
 */
package org.coralha.sim.invariant;
