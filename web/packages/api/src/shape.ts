/** How the types of the generated document become ours. */

/** Narrows fields of a schema; a field that is gone, or a value it does not allow, does not compile. */
export type Narrow<
  Schema,
  Fields extends { [Key in keyof Fields]: Key extends keyof Schema ? Schema[Key] : never },
> = Omit<Schema, keyof Fields> & Fields;

/** Gives a shape to fields that the document leaves open. */
export type Shape<
  Schema,
  Fields extends { [Key in keyof Fields]: Key extends keyof Schema ? unknown : never },
> = Omit<Schema, keyof Fields> & Fields;
