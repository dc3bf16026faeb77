/**
 * Table 1 of the CoRAL paper as soak cases: a host fails in each phase of a request and its reply.
 */
package org.coralha.drill.table1;
