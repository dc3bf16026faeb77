/**
 * The long test: cases that break the pair again and again in one running lab, a journal that lets
 * a killed soak go on where it was, and the report. A case is a {@link
 * org.coralha.drill.soak.SoakCase}; {@link org.coralha.drill.soak.SoakCatalog} lists them.
 */
package org.coralha.drill.soak;
