import { type CanActivate, Injectable } from '@nestjs/common';
import { IndexState } from './index-state.js';

/** Lets searches through while the index holds what is public. */
@Injectable()
export class FilledIndexGuard implements CanActivate {
  constructor(private readonly state: IndexState) {}

  canActivate(): boolean {
    this.state.requireFilled();
    return true;
  }
}
