/**
 * What the fuzz targets of all modules share. A target is a test class named {@code *FuzzTest} with
 * a {@code fuzzerTestOneInput}: {@code ./coral fuzz} searches inputs that break its properties, the
 * test runs the inputs kept in the tree.
 */
package org.coralha.pair.fuzz;
