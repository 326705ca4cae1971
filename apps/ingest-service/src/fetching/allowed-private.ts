/** Private addresses an operator allows, as `host:port`. The class is the injection token. */
export class AllowedPrivate {
  constructor(readonly addresses: ReadonlySet<string>) {}
}
