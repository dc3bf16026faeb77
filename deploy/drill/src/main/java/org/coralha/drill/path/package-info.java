/**
 * Packets that go wrong on their way: the cases of CoRAL's Table 2, and clients far away. The
 * command {@code table2}.
 */
package org.coralha.drill.path;
