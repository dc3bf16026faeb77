/** The little JSON that the drill reads and writes: status documents and results. Pure. */
package org.coralha.drill.json;
